package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Child;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a JVM that refuses native access says, and that it helps; see also {@link LinkTest}. */
@Timeout(60)
class NativeAccessTest {
    @Test
    void theOptionIsForTheModuleOfTheLibrary() {
        assertTrue(NativeAccess.refused(ClassLoader.getSystemClassLoader().getUnnamedModule())
                .endsWith("Start java with --enable-native-access=ALL-UNNAMED"));
        assertTrue(NativeAccess.refused(Object.class.getModule())
                .endsWith("Start java with --enable-native-access=java.base"));
    }

    @Test
    void inALayerOfItsOwnTheControllerIsAdvisedAndHelps() throws Exception {
        String output = Child.run(Child.java(
                List.of("--illegal-native-access=deny", "--enable-native-access=ALL-UNNAMED"), Layers.class));
        List<String> lines = output.lines().toList();
        assertEquals(2, lines.size(), output);
        assertTrue(lines.get(0).startsWith("UnsatisfiedLinkError: Pollux may not call the C library"), output);
        assertTrue(lines.get(0).contains("ModuleLayer.Controller") && !lines.get(0).contains("--enable"), output);
        assertTrue(lines.get(1).startsWith("EventFd[fd="), output);
    }

    /** The library in two layers, of which the second is given native access. */
    static final class Layers {
        private Layers() { }

        public static void main(String[] args) throws Exception {
            System.out.println(firstUse(layer().layer()));
            ModuleLayer.Controller controller = layer();
            controller.enableNativeAccess(controller.layer().findModule("dev.pollux").orElseThrow());
            System.out.println(firstUse(controller.layer()));
        }

        private static ModuleLayer.Controller layer() {
            Configuration configuration = ModuleLayer.boot().configuration().resolve(
                    ModuleFinder.of(Path.of("target/classes")), ModuleFinder.of(), Set.of("dev.pollux"));
            return ModuleLayer.defineModulesWithOneLoader(
                    configuration, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader());
        }

        private static String firstUse(ModuleLayer layer) throws Exception {
            try {
                return layer.findLoader("dev.pollux").loadClass("dev.pollux.EventFd").getMethod("create").invoke(null)
                        .toString();
            } catch (InvocationTargetException | LinkageError e) {
                Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
                return cause.getClass().getSimpleName() + ": " + cause.getMessage();
            }
        }
    }
}
