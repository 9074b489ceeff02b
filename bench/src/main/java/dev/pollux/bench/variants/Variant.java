package dev.pollux.bench.variants;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Fcntl;
import dev.pollux.Pipe;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Ways in which the library could make its calls, by FFM directly: an {@code epoll_wait} that finds nothing, and a
 * {@code read} that would block. What each adds is to be seen beside the plain one.
 */
@SuppressWarnings("restricted")
final class Variant implements Closeable {
    /** What is done n times; returns the sum of the results. */
    interface Body {
        long run(int n) throws Throwable;
    }

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final FunctionDescriptor WAIT_TYPE =
            FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT);
    private static final FunctionDescriptor READ_TYPE = FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG);

    private static final MethodHandle WAIT = link("epoll_wait", WAIT_TYPE);
    private static final MethodHandle WAIT_ERRNO = link("epoll_wait", WAIT_TYPE, ERRNO);
    private static final MethodHandle WAIT_CRITICAL = link("epoll_wait", WAIT_TYPE, Linker.Option.critical(false));
    private static final FunctionDescriptor PWAIT_TYPE =
            FunctionDescriptor.of(LONG, LONG, LONG, ValueLayout.ADDRESS, LONG, LONG, LONG, LONG);
    private static final MethodHandle SYSCALL_WAIT = link("syscall", PWAIT_TYPE, Linker.Option.firstVariadicArg(1));
    private static final MethodHandle READ = link("read", READ_TYPE);
    private static final MethodHandle READ_ERRNO = link("read", READ_TYPE, ERRNO);
    private static final MethodHandle SYSCALL_READ_ERRNO = link("syscall",
            FunctionDescriptor.of(LONG, LONG, LONG, ValueLayout.ADDRESS, LONG), Linker.Option.firstVariadicArg(1),
            ERRNO);
    private static final long SYS_EPOLL_PWAIT = System.getProperty("os.arch").equals("aarch64") ? 22 : 281;
    private static final long SYS_READ = System.getProperty("os.arch").equals("aarch64") ? 63 : 0;

    private static final ThreadLocal<Object> OF_THREAD = ThreadLocal.withInitial(Object::new);
    private static final VarHandle USERS;

    static {
        try {
            USERS = MethodHandles.lookup().findVarHandle(Variant.class, "users", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Arena arena = Arena.ofConfined();
    private final Arena shared = Arena.ofShared();
    private final Epoll epoll = Epoll.create();
    private final Pipe pipe = Pipe.create();
    private final MemorySegment capture = arena.allocate(Linker.Option.captureStateLayout());
    private volatile int users;
    private Object user;

    Variant() throws IOException {
        Fcntl.setNonBlocking(pipe.reader(), true);
        epoll.add(pipe.reader(), Epoll.EPOLLIN);
    }

    private static MethodHandle link(String function, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(function), type, options);
    }

    /** By row and name; the first of each row is C, if there is any. */
    Map<String, Body> all(Optional<Path> library) {
        Map<String, Body> all = new LinkedHashMap<>();
        int ep = epoll.fd();
        int fd = pipe.reader().fd();
        EpollEvents array = EpollEvents.allocate(arena, 64);
        MemorySegment events = array.segment();
        MemorySegment sharedEvents = EpollEvents.allocate(shared, 64).segment();
        MemorySegment byteBuffer = arena.allocate(1);
        SymbolLookup c = library.map(path -> SymbolLookup.libraryLookup(path, arena)).orElse(null);
        if (c != null) {
            all.put("wait:C", c(c, "call_epoll_poll", ep, 64));
        }
        all.put("wait:plain", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += (int) WAIT.invokeExact(ep, events, 64, 0);
            }
            return sum;
        });
        all.put("wait:errno captured", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += (int) WAIT_ERRNO.invokeExact(capture, ep, events, 64, 0);
            }
            return sum;
        });
        all.put("wait:critical", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += (int) WAIT_CRITICAL.invokeExact(ep, events, 64, 0);
            }
            return sum;
        });
        all.put("wait:syscall(2)", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += (long) SYSCALL_WAIT.invokeExact(SYS_EPOLL_PWAIT, (long) ep, events, 64L, 0L, 0L, 8L);
            }
            return sum;
        });
        all.put("wait:plain, array in a shared arena", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += (int) WAIT.invokeExact(ep, sharedEvents, 64, 0);
            }
            return sum;
        });
        all.put("wait:plain, and an arena of the call", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                try (Arena own = Arena.ofConfined()) {
                    own.allocate(LONG);
                    sum += (int) WAIT.invokeExact(ep, events, 64, 0);
                }
            }
            return sum;
        });
        all.put("wait:plain, and a ThreadLocal read", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += OF_THREAD.get() == this ? 1 : (int) WAIT.invokeExact(ep, events, 64, 0);
            }
            return sum;
        });
        all.put("wait:plain, guarded by two atomics", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                int now = users;
                if (now < 0 || !USERS.weakCompareAndSet(this, now, now + 1)) {
                    throw new IllegalStateException();
                }
                sum += (int) WAIT.invokeExact(ep, events, 64, 0);
                if ((int) USERS.getAndAdd(this, -1) < 0) {
                    throw new IllegalStateException();
                }
            }
            return sum;
        });
        all.put("wait:plain, guarded by a fence", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                user = this;
                VarHandle.fullFence();
                if (users < 0) {
                    throw new IllegalStateException();
                }
                sum += (int) WAIT.invokeExact(ep, events, 64, 0);
                USERS.setRelease(this, 0);
            }
            return sum;
        });
        all.put("wait:plain, guarded asymmetrically", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                user = this;
                VarHandle.storeStoreFence();
                if (users < 0) {
                    throw new IllegalStateException();
                }
                sum += (int) WAIT.invokeExact(ep, events, 64, 0);
                user = null;
                VarHandle.storeStoreFence();
                if (users < 0) {
                    throw new IllegalStateException();
                }
            }
            return sum;
        });
        all.put("wait:Epoll.poll", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += epoll.poll(array);
            }
            return sum;
        });
        if (c != null) {
            all.put("read:C", c(c, "call_would_block", fd));
        }
        all.put("read:plain", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += (long) READ.invokeExact(fd, byteBuffer, 1L);
            }
            return -sum;
        });
        all.put("read:errno captured", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += (long) READ_ERRNO.invokeExact(capture, fd, byteBuffer, 1L);
            }
            return -sum;
        });
        all.put("read:syscall(2), errno captured", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += (long) SYSCALL_READ_ERRNO.invokeExact(capture, SYS_READ, (long) fd, byteBuffer, 1L);
            }
            return -sum;
        });
        all.put("read:Fd.read", n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += pipe.reader().read(byteBuffer) < 0 ? 1 : 0;
            }
            return sum;
        });
        return all;
    }

    private Body c(SymbolLookup c, String function, long... arguments) {
        MethodHandle handle = LINKER.downcallHandle(
                c.findOrThrow(function), FunctionDescriptor.of(LONG, LONG, ValueLayout.ADDRESS));
        MemorySegment passed = arena.allocateFrom(LONG, arguments);
        return n -> (long) handle.invokeExact((long) n, passed);
    }

    @Override
    public void close() throws IOException {
        epoll.close();
        pipe.close();
        shared.close();
        arena.close();
    }
}
