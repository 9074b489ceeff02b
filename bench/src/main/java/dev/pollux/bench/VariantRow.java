package dev.pollux.bench;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Fcntl;
import dev.pollux.Pipe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Ways in which the library could make its calls, by FFM directly: an {@code epoll_wait} that finds nothing, or a
 * {@code read} that would block. What each adds is to be seen beside the plain one.
 */
@SuppressWarnings("restricted")
final class VariantRow extends Row {
    /** The one that the others are compared with. */
    static final String PLAIN = "plain";

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(1);
    private static final FunctionDescriptor WAIT_TYPE =
            FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT);
    private static final FunctionDescriptor PWAIT_TYPE =
            FunctionDescriptor.of(LONG, LONG, LONG, ValueLayout.ADDRESS, LONG, LONG, LONG, LONG);
    private static final FunctionDescriptor READ_TYPE = FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG);

    private static final MethodHandle WAIT = link("epoll_wait", WAIT_TYPE);
    private static final MethodHandle WAIT_ERRNO = link("epoll_wait", WAIT_TYPE, ERRNO);
    private static final MethodHandle WAIT_CRITICAL = link("epoll_wait", WAIT_TYPE, Linker.Option.critical(false));
    private static final MethodHandle SYSCALL_WAIT = link("syscall", PWAIT_TYPE, VARIADIC);
    private static final MethodHandle READ = link("read", READ_TYPE);
    private static final MethodHandle READ_ERRNO = link("read", READ_TYPE, ERRNO);
    private static final MethodHandle SYSCALL_READ_ERRNO = link("syscall",
            FunctionDescriptor.of(LONG, LONG, LONG, ValueLayout.ADDRESS, LONG), VARIADIC, ERRNO);
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    private static final long SYS_EPOLL_PWAIT = ARM ? 22 : 281;
    private static final long SYS_READ = ARM ? 63 : 0;

    private static final ThreadLocal<Object> OF_THREAD = ThreadLocal.withInitial(Object::new);
    private static final VarHandle USERS;

    static {
        try {
            USERS = MethodHandles.lookup().findVarHandle(VariantRow.class, "users", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Epoll epoll = opened(Epoll.create());
    private final Pipe pipe = opened(Pipe.create());
    private final int ep = epoll.fd();
    private final int fd = pipe.reader().fd();
    private final EpollEvents array = EpollEvents.allocate(arena, 64);
    private final MemorySegment events = array.segment();
    private final MemorySegment capture = arena.allocate(Linker.Option.captureStateLayout());
    private volatile int users;
    private Object user;

    VariantRow(String row, Optional<Path> library) throws IOException {
        super(library);
        Fcntl.setNonBlocking(pipe.reader(), true);
        epoll.add(pipe.reader(), Epoll.EPOLLIN);
        if (row.equals("wait")) {
            waits();
        } else {
            reads();
        }
    }

    private static MethodHandle link(String function, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(function), type, options);
    }

    private void measureWait(String variant, Contestant.Step step) {
        add(variant, "wait", step, n -> 0);
    }

    private void read(String variant, Contestant.Step step) {
        add(variant, "read", step, n -> -n);
    }

    private void waits() {
        Arena sharedArena = Arena.ofShared();
        opened(sharedArena::close);
        MemorySegment shared = EpollEvents.allocate(sharedArena, 64).segment();
        addC(Results.C, "wait", "call_epoll_poll", n -> 0, ep, 64);
        measureWait(PLAIN, i -> plain());
        measureWait("errno captured", i -> (int) WAIT_ERRNO.invokeExact(capture, ep, events, 64, 0));
        measureWait("critical", i -> (int) WAIT_CRITICAL.invokeExact(ep, events, 64, 0));
        measureWait("syscall(2)",
                i -> (long) SYSCALL_WAIT.invokeExact(SYS_EPOLL_PWAIT, (long) ep, events, 64L, 0L, 0L, 8L));
        measureWait("plain, array in a shared arena", i -> (int) WAIT.invokeExact(ep, shared, 64, 0));
        measureWait("plain, and an arena of the call", i -> {
            try (Arena own = Arena.ofConfined()) {
                own.allocate(LONG);
                return plain();
            }
        });
        measureWait("plain, and a ThreadLocal read", i -> OF_THREAD.get() == this ? 1 : plain());
        measureWait("plain, guarded by two atomics", i -> {
            int now = users;
            check(now >= 0 && USERS.weakCompareAndSet(this, now, now + 1));
            int found = plain();
            check((int) USERS.getAndAdd(this, -1) >= 0);
            return found;
        });
        measureWait("plain, guarded by a fence", i -> {
            user = this;
            VarHandle.fullFence();
            check(users >= 0);
            int found = plain();
            USERS.setRelease(this, 0);
            return found;
        });
        measureWait("plain, guarded asymmetrically", i -> {
            user = this;
            VarHandle.storeStoreFence();
            check(users >= 0);
            int found = plain();
            user = null;
            VarHandle.storeStoreFence();
            check(users >= 0);
            return found;
        });
        measureWait("Epoll.poll", i -> epoll.poll(array));
    }

    private int plain() throws Throwable {
        return (int) WAIT.invokeExact(ep, events, 64, 0);
    }

    private static void check(boolean open) {
        if (!open) {
            throw new IllegalStateException();
        }
    }

    private void reads() {
        MemorySegment buffer = arena.allocate(1);
        addC(Results.C, "read", "call_would_block", n -> n, fd);
        read(PLAIN, i -> (long) READ.invokeExact(fd, buffer, 1L));
        read("errno captured", i -> (long) READ_ERRNO.invokeExact(capture, fd, buffer, 1L));
        read("syscall(2), errno captured",
                i -> (long) SYSCALL_READ_ERRNO.invokeExact(capture, SYS_READ, (long) fd, buffer, 1L));
        read("Fd.read", i -> pipe.reader().read(buffer) < 0 ? -1 : 0);
    }
}
