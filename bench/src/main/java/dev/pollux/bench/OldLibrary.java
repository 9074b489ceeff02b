package dev.pollux.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A row of calls by another jar of the library, in the same JVM: the row's class is loaded a second time, together with
 * that jar, so that old and new share neither code nor what the compiler knows about it.
 */
final class OldLibrary implements Closeable {
    /** The contestant. */
    static final String NAME = "Pollux, old";

    private final Loader loader;
    private final Closeable row;

    OldLibrary(Path jar, String name) throws Exception {
        URL bench = CallRow.class.getProtectionDomain().getCodeSource().getLocation();
        loader = new Loader(new URL[] {jar.toUri().toURL(), bench});
        row = (Closeable) loader.loadClass(CallRow.class.getName()).getConstructor(String.class, Optional.class)
                .newInstance(name, Optional.empty());
    }

    /** What is compared with the library's present state; nothing where that does not take part either. */
    List<Contestant> contestants() {
        return ((Supplier<?>) row).get() instanceof List<?> all ? all.stream().map(Contestant.class::cast)
                .filter(c -> c.name().equals(Results.POLLUX))
                .map(c -> new Contestant(c.row(), NAME, c.body(), c.expected())).toList() : List.of();
    }

    /** Where its contestants come from, of a class that is not this side's. */
    Closeable row() {
        return row;
    }

    @Override
    public void close() throws IOException {
        row.close();
        loader.close();
    }

    /** Takes the library and the bench from its own jars, but contestants, which both sides must know, from here. */
    private static final class Loader extends URLClassLoader {
        Loader(URL[] jars) {
            super(jars, CallRow.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.pollux.") || name.startsWith(Contestant.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
        }
    }
}
