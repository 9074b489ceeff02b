package dev.pollux;

import static dev.pollux.Support.awaitTrue;
import static dev.pollux.Support.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications that come and go in a JVM that stays, each with its own copy of the library. */
@Timeout(120)
class LoaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"await", "epoll", "poll", "close"})
    void nothingKeepsTheClassLoaderOfAnApplicationThatHasEnded(String what) throws Exception {
        assertEquals("none left\n", Child.run(Child.java(
                List.of("--enable-native-access=ALL-UNNAMED", "-Ddev.pollux.quietMillis=100"), Host.class, what)));
    }

    /** The JVM that stays: its threads, of a pool and virtual ones, run what the applications give them. */
    static final class Host {
        private static final int APPLICATIONS = 4;

        private Host() { }

        public static void main(String[] args) throws Exception {
            List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
            try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
                for (int i = 0; i < APPLICATIONS; i++) {
                    loaders.add(run(args[0], task -> get(pool, task)));
                    loaders.add(run(args[0], task -> get(ForkJoinPool.commonPool(), task)));
                    loaders.add(run(args[0], Host::onVirtualThread));
                }
                awaitTrue(() -> {
                    System.gc();
                    return loaders.stream().allMatch(loader -> loader.get() == null) && left().isEmpty();
                });
            }
            System.out.println("none left");
        }

        private static WeakReference<ClassLoader> run(String what, Consumer<Runnable> thread) throws Exception {
            URL[] path = {root(Epoll.class), root(LoaderTest.class)};
            try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
                Class<?> type = loader.loadClass(Application.class.getName());
                assertSame(loader, type.getClassLoader());
                thread.accept((Runnable) type.getConstructor(String.class).newInstance(what));
                for (Thread each : Thread.getAllStackTraces().keySet()) {
                    assertNotSame(loader, each.getContextClassLoader());
                }
                return new WeakReference<>(loader);
            }
        }

        private static URL root(Class<?> type) {
            return type.getProtectionDomain().getCodeSource().getLocation();
        }

        private static void get(ExecutorService pool, Runnable task) {
            run(() -> pool.submit(task).get());
        }

        private static void onVirtualThread(Runnable task) {
            FutureTask<Void> call = new FutureTask<>(task, null);
            Thread thread = Thread.ofVirtual().unstarted(call);
            thread.setContextClassLoader(task.getClass().getClassLoader());
            thread.start();
            run(() -> Support.get(call));
        }

        private static void run(Callable<?> call) {
            try {
                call.call();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        /** Threads and descriptors that can only be the library's. */
        private static List<String> left() throws IOException {
            List<String> left = new ArrayList<>(Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                    .filter(name -> name.startsWith("pollux")).toList());
            try (DirectoryStream<Path> numbers = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
                for (Path number : numbers) {
                    String file = Files.isSymbolicLink(number) ? Files.readSymbolicLink(number).toString() : "";
                    if (file.contains("eventpoll") || file.contains("eventfd")) {
                        left.add(file);
                    }
                }
            }
            return left;
        }
    }

    /** What each of them does, once. */
    public static final class Application implements Runnable {
        private static final long NANOS = 5_000_000;

        private final String what;

        public Application(String what) {
            this.what = what;
        }

        @Override
        public void run() {
            try (EventFd fd = EventFd.create(); Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
                epoll.add(fd, Epoll.EPOLLIN);
                PollFds fds = PollFds.allocate(arena, 1);
                fds.add(fd, Poll.POLLIN);
                int n = switch (what) {
                    case "await" -> fd.awaitNanos(Poll.POLLIN, NANOS);
                    case "epoll" -> epoll.awaitNanos(EpollEvents.allocate(arena, 1), NANOS);
                    case "poll" -> Poll.awaitNanos(fds, NANOS);
                    default -> 0;
                };
                assertEqual(0, n);
                fd.write(1);
                assertEqual(1, epoll.await(EpollEvents.allocate(arena, 1)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Without JUnit, which these loaders do not have. */
        private static void assertEqual(int expected, int found) {
            if (found != expected) {
                throw new IllegalStateException(found + " instead of " + expected);
            }
        }
    }
}
