package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pollux.generated.sigset_t;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends a signal to one thread, for the tests of EINTR. SIGUSR1, which the JVM does not use, gets a handler (without
 * one it would end the process), and that without SA_RESTART, so that every system call shows EINTR. The handler is
 * a function of libc: an upcall would crash the JVM.
 */
public final class Signals {
    public static final int SIGNAL = SigSet.SIGUSR1;

    private static final int SIG_BLOCK = 0;
    private static final int SIG_UNBLOCK = 1;
    private static final ValueLayout.OfInt C_INT = ValueLayout.JAVA_INT;
    private static final MethodHandle TGKILL = link("tgkill", C_INT, C_INT, C_INT, C_INT);
    private static final MethodHandle SIGPROCMASK =
            link("sigprocmask", C_INT, C_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);

    static {
        MethodHandle sigaction = link("sigaction", C_INT, C_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        // struct sigaction of glibc: the handler, the mask, the flags, the restorer
        MemoryLayout layout = MemoryLayout.structLayout(ValueLayout.ADDRESS,
                MemoryLayout.sequenceLayout(sigset_t.sizeof(), ValueLayout.JAVA_BYTE), C_INT,
                MemoryLayout.paddingLayout(Integer.BYTES), ValueLayout.ADDRESS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(layout);
            action.set(ValueLayout.ADDRESS, 0, find("abs"));
            assertEquals(0, (int) sigaction.invokeExact(SIGNAL, action, MemorySegment.NULL));
        } catch (Throwable t) {
            throw new ExceptionInInitializerError(t);
        }
    }

    private Signals() { }

    /** The kernel's number of the calling thread. */
    public static int thisThread() {
        try {
            return Integer.parseInt(Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void send(int thread) {
        try {
            assertEquals(0, (int) TGKILL.invokeExact((int) ProcessHandle.current().pid(), thread, SIGNAL));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** Blocks the signal for the calling thread, until it is unblocked. */
    public static void block() {
        mask(SIG_BLOCK);
    }

    public static void unblock() {
        mask(SIG_UNBLOCK);
    }

    private static void mask(int how) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = SigSet.empty(arena).add(SIGNAL).segment();
            assertEquals(0, (int) SIGPROCMASK.invokeExact(how, set, MemorySegment.NULL));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** Sends the signal to the calling thread again and again, from another thread, until closed. */
    public static Storm storm(long periodNanos) {
        return new Storm(thisThread(), periodNanos);
    }

    public static final class Storm implements AutoCloseable {
        private static final long LONGEST_NANOS = 10_000_000_000L * Support.PATIENCE;

        private final Thread sender;
        private volatile int sent;
        private volatile boolean over;

        Storm(int target, long periodNanos) {
            sender = Thread.ofPlatform().daemon().start(() -> {
                long start = System.nanoTime();
                while (!over && System.nanoTime() - start < LONGEST_NANOS) {
                    sent++; // before the target can look
                    send(target);
                    LockSupport.parkNanos(periodNanos);
                }
            });
        }

        public int sent() {
            return sent;
        }

        @Override
        public void close() {
            over = true;
            boolean interrupted = false;
            while (sender.isAlive()) {
                try {
                    sender.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static MethodHandle link(String name, ValueLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(find(name), FunctionDescriptor.of(result, arguments));
    }

    private static MemorySegment find(String name) {
        return Linker.nativeLinker().defaultLookup().find(name).orElseThrow();
    }
}
