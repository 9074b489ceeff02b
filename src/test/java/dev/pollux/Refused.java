package dev.pollux;

import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.internal.Architecture;
import dev.pollux.internal.Seccomp;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.function.Executable;

/** System calls that a filter can refuse, by their numbers: of x86_64, and of asm-generic/unistd.h (without poll). */
enum Refused {
    READ(0, 63), WRITE(1, 64), CLOSE(3, 57), POLL(7, 73), IOCTL(16, 29), READV(19, 65), WRITEV(20, 66),
    SENDFILE(40, 71), SOCKET(41, 198), CONNECT(42, 203), SENDTO(44, 206), RECVFROM(45, 207), SENDMSG(46, 211),
    RECVMSG(47, 212), BIND(49, 200), SETSOCKOPT(54, 208), GETSOCKOPT(55, 209), FCNTL(72, 25), EPOLL_CTL(233, 21),
    WAITID(247, 95), INOTIFY_ADD_WATCH(254, 27), OPENAT(257, 56), PPOLL(271, 73), SPLICE(275, 76),
    TIMERFD_CREATE(283, 85), ACCEPT4(288, 242), EVENTFD2(290, 19), INOTIFY_INIT1(294, 26), RECVMMSG(299, 243),
    SENDMMSG(307, 269), MEMFD_CREATE(319, 279), PIDFD_SEND_SIGNAL(424, 424), PIDFD_OPEN(434, 434);

    private final int number;

    Refused(int x86, int generic) {
        number = Architecture.CURRENT == Architecture.X86_64 ? x86 : generic;
    }

    int number() {
        return number;
    }

    /** Skips a test where no filter may be installed. */
    static void assumeAllowed() throws Exception {
        String problem = get(start(() -> Seccomp.refuse(BIND.number, Errno.EPERM)));
        assumeTrue(problem == null, problem);
    }

    /** Runs a test on a thread of its own, for which this call fails from now on. */
    void with(int errno, Executable test) throws Exception {
        get(start(() -> {
            assertNull(Seccomp.refuse(number, errno));
            try {
                test.execute();
            } catch (Throwable e) {
                throw new AssertionError(this + " refused with " + Errno.name(errno), e);
            }
            return null;
        }));
    }

    /**
     * Runs a test on a thread of its own, whose calls get their results from a function of their arguments, which is
     * called by another thread. A negative result is that of a call which failed with this errno.
     */
    void answered(ToLongFunction<long[]> result, Executable test) throws Exception {
        CompletableFuture<Integer> listener = new CompletableFuture<>();
        FutureTask<Void> caller = start(() -> {
            listener.complete(Seccomp.listen(number));
            try {
                test.execute();
            } catch (Throwable e) {
                throw new AssertionError(this + " answered", e);
            }
            return null;
        });
        try (Fd fd = Fd.adopt(listener.get(Support.LONG_NANOS, TimeUnit.NANOSECONDS))) {
            while (!caller.isDone()) {
                if (fd.awaitNanos(Poll.POLLIN, 1_000_000) == Poll.POLLIN) {
                    Seccomp.answer(fd.fd(), result);
                }
            }
        }
        get(caller);
    }
}
