package dev.pollux.internal;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.fcntl_h;
import dev.pollux.generated.ioctl_h;
import dev.pollux.generated.libc_h;
import dev.pollux.generated.rlimit;
import dev.pollux.generated.termios2;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A C call that failed, and what the rows of {@link Advice} may ask about it and its object. The questions are asked
 * after the call, by the thread that made it, while the descriptor is still in use by it.
 *
 * @param errno the error number
 * @param function the name of the C function
 * @param fd the descriptor that the call was made on, or {@link #NO_DESCRIPTOR}
 * @param arguments the other arguments, as the message shows them; a socket address as such
 */
public record Failure(int errno, String function, int fd, List<?> arguments) {
    /** The call was not made on a descriptor, or nobody needs to know on which. */
    public static final int NO_DESCRIPTOR = -1;

    /** Longer than the path of any pseudo-terminal. */
    private static final long NAME_BYTES = 128;

    /** The call that this one is, but for its buffers: that one's advice is this one's. */
    String withOneBuffer() {
        return switch (function) {
            case "readv" -> "read";
            case "writev" -> "write";
            default -> function;
        };
    }

    boolean has(String argument) {
        return arguments.contains(argument);
    }

    // the address

    private @Nullable SocketAddress address() {
        for (Object argument : arguments) {
            if (argument instanceof SocketAddress address) {
                return address;
            }
        }
        return null;
    }

    /** Whether the socket's domain is among the arguments, as it is where the address is of another. */
    boolean hasDomain() {
        return arguments.stream().anyMatch(argument -> argument.toString().startsWith("domain="));
    }

    /** Whether the address is the path of a Unix-domain socket. */
    boolean isPath() {
        return address() instanceof UnixDomainSocketAddress;
    }

    private @Nullable Inet6Address inet6() {
        return address() instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address host
                ? host : null;
    }

    /** Whether the address means something on one network interface only, and none is named. */
    boolean lacksScope() {
        Inet6Address host = inet6();
        return host != null && host.getScopeId() == 0 && isOfOneInterface(host);
    }

    private static boolean isOfOneInterface(InetAddress host) {
        return host.isLinkLocalAddress() || host.isMCLinkLocal() || host.isMCNodeLocal();
    }

    /** Whether the address names a network interface. */
    boolean hasScope() {
        Inet6Address host = inet6();
        return host != null && host.getScopeId() != 0;
    }

    // the file

    /** Whether the descriptor is of something else than a directory. */
    boolean isNoDirectory() {
        int type = FileType.of(fd);
        return type >= 0 && type != FileType.DIRECTORY;
    }

    /** Whether the descriptor is open in this access mode. */
    boolean isOpenFor(int mode) {
        int flags = Libc.fcntl(fd, fcntl_h.F_GETFL(), 0);
        return flags >= 0 && (flags & (libc_h.O_ACCMODE() | fcntl_h.O_PATH())) == mode;
    }

    /** Whether the descriptor is an object of this kind, as the kernel names those that have no file. */
    boolean isKind(String kind) throws IOException {
        if (Closing.preparePaths() < 0) {
            throw new IOException("no descriptor to load a class with");
        }
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString()
                .matches("anon_inode:\\[?" + kind + "]?|" + kind + ":.*");
    }

    // the terminal

    /** Whether the descriptor is a terminal. */
    boolean isTerminal() {
        return tcgetattr() == 0;
    }

    /** Whether it is a terminal that has hung up: it does not even tell its settings any more. */
    boolean isDeadTerminal() {
        return tcgetattr() == -errno_h.EIO();
    }

    private int tcgetattr() {
        try (Arena arena = Arena.ofConfined()) {
            return Libc.ioctl(fd, ioctl_h.TCGETS2(), termios2.allocate(arena));
        }
    }

    /** Whether it was a request for terminals, as their names begin. */
    boolean isAboutTerminal() {
        return arguments.stream().anyMatch(argument -> argument.toString().matches("TC[A-Z].*|TIOC.*"));
    }

    /** Whether it is the side of a pseudo-terminal that {@code posix_openpt} returns. */
    boolean isMaster() {
        try (Arena arena = Arena.ofConfined()) {
            return Libc.ptsname_r(fd, arena.allocate(NAME_BYTES).address(), NAME_BYTES) == 0;
        }
    }

    /** Whether it is the controlling terminal of this process, which is in its background. */
    boolean isInBackground() {
        return TerminalCall.isInBackground(fd);
    }

    // the process

    /** Whether system calls of this thread go through a seccomp filter. */
    boolean isFiltered() throws IOException {
        return read("/proc/thread-self/status").contains("\nSeccomp:\t2\n");
    }

    private static String read(String file) throws IOException {
        if (Closing.preparePaths() < 0) {
            throw new IOException("no descriptor to read " + file + " with");
        }
        return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    }

    /** The limits of open files, as text. */
    static String openFiles() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = rlimit.allocate(arena);
            Libc.getrlimit(errno_h.RLIMIT_NOFILE(), limit.address());
            return "soft limit " + Long.toUnsignedString(rlimit.rlim_cur(limit))
                    + ", hard limit " + Long.toUnsignedString(rlimit.rlim_max(limit));
        }
    }

    /** The system call by which libc makes this call, which is what a filter knows. */
    String systemCall() {
        return switch (function) {
            case "eventfd" -> "eventfd2";
            case "signalfd" -> "signalfd4";
            case "select", "pselect" -> "pselect6";
            case "open", "posix_openpt" -> "openat";
            case "grantpt", "unlockpt", "ptsname_r" -> "ioctl";
            case "recv" -> "recvfrom";
            case "send" -> "sendto";
            default -> function;
        };
    }
}
