package dev.pollux;

import dev.pollux.internal.Advice;
import dev.pollux.internal.Failure;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/**
 * A C call that failed: its name and arguments, the errno with name and text, and for the common ones what to do.
 *
 * <p>EAGAIN, EINTR and the end of a file never arrive as this exception where they are ordinary results.
 */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1;

    /** The number. */
    private final int errno;

    /** The call. */
    private final String call;

    private ErrnoException(int errno, String call, String message) {
        super(message);
        this.errno = errno;
        this.call = call;
    }

    /** Of a call that is not made on a descriptor, or whose advice does not depend on which. */
    static ErrnoException of(int errno, String function, Object... arguments) {
        return of(errno, function, Failure.NO_DESCRIPTOR, new ArrayList<>(Arrays.asList(arguments)));
    }

    /** Of a call whose first argument is a descriptor, which the advice may ask about. */
    static ErrnoException onFd(int errno, String function, int fd, Object... arguments) {
        return of(errno, function, fd, withFd(fd, arguments));
    }

    /** The same where the descriptor has been closed since: named, but not asked about, as it may be another's now. */
    static ErrnoException onClosedFd(int errno, String function, int fd, Object... arguments) {
        return of(errno, function, Failure.NO_DESCRIPTOR, withFd(fd, arguments));
    }

    /** Of a call that failed when there was no memory to be told why. */
    static ErrnoException unknown(String function, String argument) {
        String call = function + "(" + argument + ")";
        return new ErrnoException(0, call, call + ": failed, and there was no memory to be told the errno");
    }

    private static List<Object> withFd(int fd, Object... arguments) {
        List<Object> all = new ArrayList<>(Arrays.asList(arguments));
        all.addFirst("fd=" + fd);
        return all;
    }

    private static ErrnoException of(int errno, String function, int fd, List<Object> arguments) {
        StringJoiner joined = new StringJoiner(", ", function + "(", ")");
        for (int i = 0; i < arguments.size(); i++) {
            arguments.set(i, shown(arguments.get(i)));
            joined.add(text(arguments.get(i)));
        }
        String call = joined.toString();
        String message = call + ": errno " + errno;
        try {
            message = call + ": " + Errno.name(errno);
            message += " (" + Errno.text(errno) + ")";
            String advice = Advice.of(new Failure(errno, function, fd, arguments));
            message += advice.isEmpty() ? "" : ": " + advice;
        } catch (Throwable e) {
            // no memory, stack or file for the rest: what there is says which errno it was
        }
        return new ErrnoException(errno, call, message);
    }

    /** What is in native memory, as a Java address, if there is a type for it. */
    private static Object shown(Object argument) {
        try {
            return argument instanceof SockaddrStorage storage && storage.get() instanceof SocketAddress address
                    ? address : argument;
        } catch (RuntimeException | LinkageError e) { // no class can be read at the limit of open files
            return argument;
        }
    }

    private static String text(Object argument) {
        try {
            return argument.toString();
        } catch (RuntimeException e) { // such as memory of an arena that has been closed since
            return argument.getClass().getSimpleName();
        }
    }

    /** Flags, as C's headers have them. (Here, because no other class can be loaded at the limit of open files.) */
    static String octal(int flags) {
        return (flags >>> 3 == 0 ? "" : "0") + Integer.toOctalString(flags);
    }

    /**
     * The error number, to be compared with the constants of {@link Errno}.
     *
     * @return {@code errno} as the call left it; 0 if there was no memory to be told
     */
    public int errno() {
        return errno;
    }

    /**
     * The C name of the error number.
     *
     * @return for example {@code EADDRINUSE}
     */
    public String errnoName() {
        return Errno.name(errno);
    }

    /**
     * The C call that failed, with its arguments.
     *
     * @return for example {@code epoll_ctl(epfd=4, EPOLL_CTL_ADD, fd=7, EPOLLIN)}
     */
    public String call() {
        return call;
    }
}
