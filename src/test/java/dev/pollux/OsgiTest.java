package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.bundle.Consumer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.launch.Framework;

/** The library as an OSGi bundle, in Felix. */
@Timeout(120)
class OsgiTest {
    @TempDir
    Path temporary;

    private static Attributes manifest() throws Exception {
        try (InputStream in = Files.newInputStream(Child.root(Epoll.class).resolve("META-INF/MANIFEST.MF"))) {
            return new Manifest(in).getMainAttributes();
        }
    }

    private String run(List<String> options) throws Exception {
        return Child.run(Child.with(FrameworkFactory.class, Child.java(
                options, Host.class, temporary.toString(), Child.root(Epoll.class).toUri().toString())));
    }

    @Test
    void aBundleUsesItAsABundle() throws Exception {
        assertEquals("1 EPOLLIN, from dev.pollux\nstopped\n",
                run(List.of("--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
                        "--sun-misc-unsafe-memory-access=allow"))); // Felix's
    }

    @Test
    void withoutNativeAccessItAsksForThatOfAllUnnamed() throws Exception {
        String output = run(List.of("--illegal-native-access=deny"));
        assertTrue(output.contains("--enable-native-access=ALL-UNNAMED"), output);
    }

    @Test
    void onlyThePublicPackageIsExportedAndNothingIsNeeded() throws Exception {
        Attributes manifest = manifest();
        assertTrue(manifest.getValue("Export-Package").matches(
                "dev\\.pollux;version=\"[0-9.]+\"(;uses:=\"org\\.jspecify\\.annotations\")?"),
                manifest.getValue("Export-Package"));
        assertEquals("org.jspecify.annotations;version=\"[1.0,2)\";resolution:=optional",
                manifest.getValue("Import-Package"));
        assertTrue(manifest.getValue("Require-Capability").contains("(&(osgi.ee=JavaSE)(version=25))"),
                manifest.getValue("Require-Capability"));
    }

    @Test
    void theManifestNamesNameAndVersionAndNothingOfWhoeverBuiltIt() throws Exception {
        Attributes manifest = manifest();
        assertEquals("dev.pollux", manifest.getValue("Bundle-SymbolicName"));
        assertEquals("Pollux", manifest.getValue("Implementation-Title"));
        assertTrue(manifest.getValue("Implementation-Version").matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"));
        for (String name : List.of("Bnd-LastModified", "Build-Jdk", "Build-Jdk-Spec", "Built-By", "Created-By", "Tool")) {
            assertFalse(manifest.containsKey(new Attributes.Name(name)), name);
        }
    }

    /** A JVM with a framework in which the library is a bundle, and its user another. */
    static final class Host {
        private Host() { }

        public static void main(String[] args) throws Exception {
            Path directory = Path.of(args[0]);
            Framework framework = new FrameworkFactory().newFramework(
                    Map.of("org.osgi.framework.storage", directory.resolve("cache").toString()));
            framework.start();
            try {
                Bundle library = framework.getBundleContext().installBundle("reference:" + args[1]);
                Bundle user = framework.getBundleContext().installBundle(consumer(directory).toUri().toString());
                library.start();
                user.start();
                user.stop();
            } catch (BundleException e) {
                for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                    System.out.println(cause);
                }
            } finally {
                framework.stop();
                framework.waitForStop(0);
            }
        }

        private static Path consumer(Path directory) throws Exception {
            Manifest manifest = new Manifest();
            Map.of("Manifest-Version", "1.0", "Bundle-ManifestVersion", "2", "Bundle-SymbolicName", "consumer",
                    "Bundle-Activator", Consumer.class.getName(),
                    "Import-Package", "org.osgi.framework,dev.pollux;version=\"[0.1,0.2)\"")
                    .forEach(manifest.getMainAttributes()::putValue);
            Path jar = directory.resolve("consumer.jar");
            String name = Consumer.class.getName().replace('.', '/') + ".class";
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                    InputStream in = Consumer.class.getResourceAsStream("/" + name)) {
                out.putNextEntry(new JarEntry(name));
                in.transferTo(out);
            }
            return jar;
        }
    }
}
