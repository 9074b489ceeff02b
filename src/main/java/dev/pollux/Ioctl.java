package dev.pollux;

import dev.pollux.generated.ifreq;
import dev.pollux.generated.ioctl_h;
import dev.pollux.generated.serial_icounter_struct;
import dev.pollux.generated.serial_struct;
import dev.pollux.generated.termios2;
import dev.pollux.generated.winsize;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Link;
import dev.pollux.internal.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code ioctl}: what a device, a socket or a file system can do beyond reading and writing.
 *
 * <p>A request is a number that takes no argument, a number, or a pointer to memory of a known size. The constants here
 * carry all of that, so a call with the wrong kind of argument does not compile, and one with too little memory is
 * refused. A request that is missing here is made from its C definition:
 * {@snippet class="dev.pollux.Snippets" region="ioctl"}
 *
 * <p>Such definitions, and the {@linkplain #raw(Fd, int, MemorySegment) raw calls}, are trusted as in C: the kernel
 * reads and writes as many bytes as <em>it</em> takes the argument to have, whatever the caller said. The size within
 * the number does not help: it is 4 for {@code TUNSETIFF}, whose argument has 40 bytes, and 0 for {@code TIOCGWINSZ}.
 *
 * <p><b>A call may block</b> for as long as its driver likes. No poll tells when it would not, and it has no timeout.
 * Neither an interrupt nor closing the descriptor ends it: the number and the memory stay in use until it has returned.
 * On a virtual thread it holds the carrier; for terminals, {@link Terminal} and {@link Termios} avoid that. A call
 * interrupted by a signal is made again, unless the descriptor has been closed meanwhile. A call that changes a
 * terminal stops the whole process if it is in the background of that terminal (SIGTTOU); {@link Termios} and {@link
 * Terminal} throw an exception instead.
 *
 * <p>All methods may be called by any thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</a>
 */
public final class Ioctl {
    static {
        Link.require();
    }

    private static final int INT = Integer.BYTES;
    /** {@code sizeof(struct serial_rs485)}, which the generator does not write because of its anonymous union. */
    private static final int SERIAL_RS485 = 32;

    // terminals: ioctl_tty(2)

    /** Reads the settings, {@code struct termios2}: see {@link Termios#get}. */
    public static final Pointer TCGETS2 = pointer("TCGETS2", ioctl_h.TCGETS2(), termios2.sizeof());
    /** Sets them at once. */
    public static final Pointer TCSETS2 = pointer("TCSETS2", ioctl_h.TCSETS2(), termios2.sizeof());
    /** Sets them once everything has been sent. Blocks. */
    public static final Pointer TCSETSW2 = pointer("TCSETSW2", ioctl_h.TCSETSW2(), termios2.sizeof());
    /** Sets them once everything has been sent, and discards unread input. Blocks. */
    public static final Pointer TCSETSF2 = pointer("TCSETSF2", ioctl_h.TCSETSF2(), termios2.sizeof());
    /** 0 sends a break; any other value only waits until everything has been sent. Blocks. */
    public static final Value TCSBRK = value("TCSBRK", ioctl_h.TCSBRK());
    /** Sends a break, for so many tenths of a second. Blocks. */
    public static final Value TCSBRKP = value("TCSBRKP", ioctl_h.TCSBRKP());
    /** {@link Terminal#TCOOFF} and the others there. May block: see {@link Terminal#tcflow}. */
    public static final Value TCXONC = value("TCXONC", ioctl_h.TCXONC());
    /** {@link Terminal#TCIFLUSH} and the others there. */
    public static final Value TCFLSH = value("TCFLSH", ioctl_h.TCFLSH());
    /** Only privileged processes may open the terminal from now on. */
    public static final None TIOCEXCL = none("TIOCEXCL", ioctl_h.TIOCEXCL());
    /** Others may open it again. */
    public static final None TIOCNXCL = none("TIOCNXCL", ioctl_h.TIOCNXCL());
    /** Reads whether others are kept from opening it. */
    public static final Pointer TIOCGEXCL = pointer("TIOCGEXCL", ioctl_h.TIOCGEXCL(), INT);
    /** Makes the terminal the controlling one; 1 steals it from another session. */
    public static final Value TIOCSCTTY = value("TIOCSCTTY", ioctl_h.TIOCSCTTY());
    /** Gives up the controlling terminal. */
    public static final None TIOCNOTTY = none("TIOCNOTTY", ioctl_h.TIOCNOTTY());
    /** Reads the process group in the foreground: see {@link Terminal#tcgetpgrp}. */
    public static final Pointer TIOCGPGRP = pointer("TIOCGPGRP", ioctl_h.TIOCGPGRP(), INT);
    /** Sets the process group in the foreground: see {@link Terminal#tcsetpgrp}. */
    public static final Pointer TIOCSPGRP = pointer("TIOCSPGRP", ioctl_h.TIOCSPGRP(), INT);
    /** Reads the number of the session. */
    public static final Pointer TIOCGSID = pointer("TIOCGSID", ioctl_h.TIOCGSID(), INT);
    /** How many written bytes have not been sent yet, of a TCP socket too (SIOCOUTQ): see {@link #unsent}. */
    public static final Pointer TIOCOUTQ = pointer("TIOCOUTQ", ioctl_h.TIOCOUTQ(), INT);
    /** How many bytes can be read: see {@link #available}. */
    public static final Pointer FIONREAD = pointer("FIONREAD", ioctl_h.FIONREAD(), INT);
    /** Reads the size of the window: see {@link Winsize#get}. */
    public static final Pointer TIOCGWINSZ = pointer("TIOCGWINSZ", ioctl_h.TIOCGWINSZ(), winsize.sizeof());
    /** Sets the size of the window: see {@link Winsize#set}. */
    public static final Pointer TIOCSWINSZ = pointer("TIOCSWINSZ", ioctl_h.TIOCSWINSZ(), winsize.sizeof());
    /** Reads the modem lines: see {@link Terminal#modemLines}. */
    public static final Pointer TIOCMGET = pointer("TIOCMGET", ioctl_h.TIOCMGET(), INT);
    /** Raises modem lines. */
    public static final Pointer TIOCMBIS = pointer("TIOCMBIS", ioctl_h.TIOCMBIS(), INT);
    /** Drops modem lines. */
    public static final Pointer TIOCMBIC = pointer("TIOCMBIC", ioctl_h.TIOCMBIC(), INT);
    /** Raises these modem lines, and drops the others. */
    public static final Pointer TIOCMSET = pointer("TIOCMSET", ioctl_h.TIOCMSET(), INT);
    /** Waits until one of these modem lines changes. Blocks: see {@link Terminal#awaitModemLines}. */
    public static final Value TIOCMIWAIT = value("TIOCMIWAIT", ioctl_h.TIOCMIWAIT());
    /** Counts changes of the modem lines, and errors: {@code struct serial_icounter_struct}. */
    public static final Pointer TIOCGICOUNT =
            pointer("TIOCGICOUNT", ioctl_h.TIOCGICOUNT(), serial_icounter_struct.sizeof());
    /** Begins a break once everything has been sent. Blocks. */
    public static final None TIOCSBRK = none("TIOCSBRK", ioctl_h.TIOCSBRK());
    /** Ends a break. */
    public static final None TIOCCBRK = none("TIOCCBRK", ioctl_h.TIOCCBRK());
    /** For a pseudo-terminal's "master": whether a read begins with a byte that tells what the other side changed. */
    public static final Pointer TIOCPKT = pointer("TIOCPKT", ioctl_h.TIOCPKT(), INT);
    /** Reads the number of the line discipline. */
    public static final Pointer TIOCGETD = pointer("TIOCGETD", ioctl_h.TIOCGETD(), INT);
    /** Sets the line discipline. */
    public static final Pointer TIOCSETD = pointer("TIOCSETD", ioctl_h.TIOCSETD(), INT);
    /** Reads the configuration of a serial port, {@code struct serial_struct}. */
    public static final Pointer TIOCGSERIAL = pointer("TIOCGSERIAL", ioctl_h.TIOCGSERIAL(), serial_struct.sizeof());
    /** Sets the configuration of a serial port: low latency, for example. */
    public static final Pointer TIOCSSERIAL = pointer("TIOCSSERIAL", ioctl_h.TIOCSSERIAL(), serial_struct.sizeof());
    /** Reads the RS-485 settings of a serial port, {@code struct serial_rs485}. */
    public static final Pointer TIOCGRS485 = pointer("TIOCGRS485", ioctl_h.TIOCGRS485(), SERIAL_RS485);
    /** Sets the RS-485 settings of a serial port; the kernel writes back those that are in force. */
    public static final Pointer TIOCSRS485 = pointer("TIOCSRS485", ioctl_h.TIOCSRS485(), SERIAL_RS485);

    // network interfaces, by any socket: netdevice(7); with struct ifreq

    /** Reads the flags of an interface. */
    public static final Pointer SIOCGIFFLAGS = pointer("SIOCGIFFLAGS", ioctl_h.SIOCGIFFLAGS(), ifreq.sizeof());
    /** Sets the flags of an interface, such as IFF_UP. */
    public static final Pointer SIOCSIFFLAGS = pointer("SIOCSIFFLAGS", ioctl_h.SIOCSIFFLAGS(), ifreq.sizeof());
    /** Reads the IPv4 address of an interface. */
    public static final Pointer SIOCGIFADDR = pointer("SIOCGIFADDR", ioctl_h.SIOCGIFADDR(), ifreq.sizeof());
    /** Sets the IPv4 address of an interface. */
    public static final Pointer SIOCSIFADDR = pointer("SIOCSIFADDR", ioctl_h.SIOCSIFADDR(), ifreq.sizeof());
    /** Reads the netmask of an interface. */
    public static final Pointer SIOCGIFNETMASK = pointer("SIOCGIFNETMASK", ioctl_h.SIOCGIFNETMASK(), ifreq.sizeof());
    /** Sets the netmask of an interface. */
    public static final Pointer SIOCSIFNETMASK = pointer("SIOCSIFNETMASK", ioctl_h.SIOCSIFNETMASK(), ifreq.sizeof());
    /** Reads the MTU of an interface. */
    public static final Pointer SIOCGIFMTU = pointer("SIOCGIFMTU", ioctl_h.SIOCGIFMTU(), ifreq.sizeof());
    /** Sets the MTU of an interface. */
    public static final Pointer SIOCSIFMTU = pointer("SIOCSIFMTU", ioctl_h.SIOCSIFMTU(), ifreq.sizeof());
    /** Reads the index of an interface. */
    public static final Pointer SIOCGIFINDEX = pointer("SIOCGIFINDEX", ioctl_h.SIOCGIFINDEX(), ifreq.sizeof());

    // /dev/net/tun

    /** Creates or attaches to a TUN or TAP interface, {@code struct ifreq}. */
    public static final Pointer TUNSETIFF = pointer("TUNSETIFF", ioctl_h.TUNSETIFF(), ifreq.sizeof());
    /** Reads its name and flags. */
    public static final Pointer TUNGETIFF = pointer("TUNGETIFF", ioctl_h.TUNGETIFF(), ifreq.sizeof());
    /** Whether the interface outlives its descriptor. */
    public static final Value TUNSETPERSIST = value("TUNSETPERSIST", ioctl_h.TUNSETPERSIST());
    /** Which user may attach to it. */
    public static final Value TUNSETOWNER = value("TUNSETOWNER", ioctl_h.TUNSETOWNER());
    /** Which group may attach to it. */
    public static final Value TUNSETGROUP = value("TUNSETGROUP", ioctl_h.TUNSETGROUP());
    /** Reads which of its flags this kernel supports. */
    public static final Pointer TUNGETFEATURES =
            pointer("TUNGETFEATURES", ioctl_h.TUNGETFEATURES(), INT);

    private Ioctl() { }

    /** A request: a name for messages, a number, and by its type and size the kind of argument. */
    public sealed interface Request {
        /**
         * The C name.
         *
         * @return the name, such as {@code TIOCGWINSZ}
         */
        String name();

        /**
         * The number: 32 bits, which a Java {@code int} shows as negative where the highest is set.
         *
         * @return the number
         */
        int number();
    }

    /**
     * A request without an argument.
     *
     * @param name the C name
     * @param number the number
     */
    public record None(String name, int number) implements Request {
        /** Checks the name. */
        public None {
            requireName(name);
        }
    }

    /**
     * A request whose argument is a number.
     *
     * @param name the C name
     * @param number the number of the request
     * @param bytes the size of the argument's type: 4 for C's {@code int}, 8 for its {@code long}
     */
    public record Value(String name, int number, int bytes) implements Request {
        /**
         * Checks the size.
         *
         * @throws IllegalArgumentException if the size is neither 4 nor 8
         */
        public Value {
            requireName(name);
            if (bytes != Integer.BYTES && bytes != Long.BYTES) {
                throw new IllegalArgumentException(
                        name + ": a number has 4 bytes, or 8, and not " + bytes + ": a struct is passed by pointer");
            }
        }
    }

    /**
     * A request whose argument is a pointer.
     *
     * @param name the C name
     * @param number the number of the request
     * @param bytes how many bytes the argument points to: {@code sizeof} its type
     */
    public record Pointer(String name, int number, int bytes) implements Request {
        /**
         * Checks the size.
         *
         * @throws IllegalArgumentException if the size is smaller than the one in the number, or not positive
         */
        public Pointer {
            requireName(name);
            if (bytes < 1 || bytes < _IOC_SIZE(number)) {
                throw new IllegalArgumentException(name + ": an argument of " + bytes + " bytes, but the number 0x"
                        + Integer.toHexString(number) + " says at least " + Math.max(1, _IOC_SIZE(number)));
            }
        }
    }

    private static None none(String name, long number) {
        return new None(name, (int) number);
    }

    private static Value value(String name, long number) {
        return new Value(name, (int) number, INT);
    }

    private static Pointer pointer(String name, long number, long bytes) {
        return new Pointer(name, (int) number, (int) bytes);
    }

    private static void requireName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a request has a name, for messages");
        }
    }

    // numbers, as the headers make them

    /**
     * {@code _IO(type, nr)}: the number of a request without an argument, or with one that the number does not
     * describe.
     *
     * @param type the letter of its driver, from 0 to 255
     * @param nr which of them, from 0 to 255
     * @return the number
     * @throws IllegalArgumentException if one of them does not fit
     */
    public static int _IO(int type, int nr) {
        return number(ioctl_h._IOC_NONE(), type, nr, 0);
    }

    /**
     * {@code _IOR(type, nr, argtype)}: the number of a request by which the program reads.
     *
     * @param type the letter of its driver, from 0 to 255
     * @param nr which of them, from 0 to 255
     * @param bytes {@code sizeof(argtype)}, at most 16383
     * @return the number
     * @throws IllegalArgumentException if one of them does not fit
     */
    public static int _IOR(int type, int nr, int bytes) {
        return number(ioctl_h._IOC_READ(), type, nr, bytes);
    }

    /**
     * {@code _IOW(type, nr, argtype)}: the number of a request by which the program writes.
     *
     * @param type the letter of its driver, from 0 to 255
     * @param nr which of them, from 0 to 255
     * @param bytes {@code sizeof(argtype)}, at most 16383
     * @return the number
     * @throws IllegalArgumentException if one of them does not fit
     */
    public static int _IOW(int type, int nr, int bytes) {
        return number(ioctl_h._IOC_WRITE(), type, nr, bytes);
    }

    /**
     * {@code _IOWR(type, nr, argtype)}: the number of a request whose argument goes both ways.
     *
     * @param type the letter of its driver, from 0 to 255
     * @param nr which of them, from 0 to 255
     * @param bytes {@code sizeof(argtype)}, at most 16383
     * @return the number
     * @throws IllegalArgumentException if one of them does not fit
     */
    public static int _IOWR(int type, int nr, int bytes) {
        return number(ioctl_h._IOC_READ() | ioctl_h._IOC_WRITE(), type, nr, bytes);
    }

    /**
     * {@code _IOC_SIZE(number)}: the size within the number, which may be less than that of the argument.
     *
     * @param number the number of a request
     * @return bytes, from 0 to 16383
     */
    public static int _IOC_SIZE(int number) {
        return number >>> ioctl_h._IOC_SIZESHIFT() & ioctl_h._IOC_SIZEMASK();
    }

    private static int number(int direction, int type, int nr, int bytes) {
        requireFits(type, ioctl_h._IOC_TYPEMASK(), "the type of a request");
        requireFits(nr, ioctl_h._IOC_NRMASK(), "the number within a type");
        requireFits(bytes, ioctl_h._IOC_SIZEMASK(), "the size of an argument");
        return direction << ioctl_h._IOC_DIRSHIFT() | type << ioctl_h._IOC_TYPESHIFT() | nr << ioctl_h._IOC_NRSHIFT()
                | bytes << ioctl_h._IOC_SIZESHIFT();
    }

    private static void requireFits(int value, int most, String what) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(what + " is from 0 to " + most + ", not " + value);
        }
    }

    // calls

    /**
     * {@code ioctl(fd, request)}. It may block, as all requests may ({@link Ioctl} says what ends it).
     *
     * @param fd the descriptor
     * @param request a request without an argument, such as {@link #TIOCEXCL}
     * @return what the kernel returns, mostly 0
     * @throws ErrnoException if the kernel refuses: ENOTTY (this descriptor has no such request) …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</a>
     */
    public static int ioctl(Fd fd, None request) throws ErrnoException {
        return orThrow(fd, Guarded.ioctl(fd.guard, wide(request.number()), 0), request);
    }

    /**
     * {@code ioctl(fd, request, argument)}. It may block, as all requests may ({@link Ioctl} says what ends it).
     *
     * @param fd the descriptor
     * @param request a request whose argument is a number, such as {@link #TCFLSH}
     * @param argument its argument
     * @return what the kernel returns, mostly 0
     * @throws ErrnoException if the kernel refuses: ENOTTY (this descriptor has no such request), EINVAL …
     * @throws IllegalArgumentException if the argument does not fit into the request's type, signed or unsigned
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</a>
     */
    public static int ioctl(Fd fd, Value request, long argument) throws ErrnoException {
        if (request.bytes() == INT && argument != (int) argument && argument != wide((int) argument)) {
            throw new IllegalArgumentException(
                    request.name() + " takes an int of C, and " + argument + " does not fit into one");
        }
        return orThrow(fd, Guarded.ioctl(fd.guard, wide(request.number()), argument), request, argument);
    }

    /**
     * {@code ioctl(fd, request, argument)}. The request decides whether the kernel reads the memory, writes it, or
     * both. It may block ({@link Ioctl} says what ends it): the arena of the memory cannot be closed meanwhile.
     *
     * @param fd the descriptor
     * @param request a request whose argument is a pointer, such as {@link #TIOCGWINSZ}
     * @param argument native, writable memory, at least as large as the request says
     * @return what the kernel returns, mostly 0
     * @throws ErrnoException if the kernel refuses: ENOTTY (this descriptor has no such request), EINVAL …
     * @throws IllegalArgumentException if the memory is too small, read-only or on the heap
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</a>
     */
    public static int ioctl(Fd fd, Pointer request, MemorySegment argument) throws ErrnoException {
        Memory.requireWritable(argument);
        requireSize(argument, request.bytes(), request.name() + " has an argument of");
        return orThrow(fd, Guarded.ioctl(fd.guard, wide(request.number()), argument), request);
    }

    /**
     * {@code ioctl(fd, request, &value)}, of a request that writes an {@code int}. It may block ({@link Ioctl}
     * says what ends it).
     *
     * @param fd the descriptor
     * @param request a request with a pointer to an {@code int}, such as {@link #FIONREAD}
     * @return the value
     * @throws ErrnoException if the kernel refuses: ENOTTY (this descriptor has no such request), EINVAL …
     * @throws IllegalArgumentException if the request's argument is larger than an {@code int}
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</a>
     */
    public static int getInt(Fd fd, Pointer request) throws ErrnoException {
        requireInt(request);
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_INT, Scratch.WORD, 0);
            orThrow(fd, Guarded.ioctl(s, fd.guard, wide(request.number()), s.address() + Scratch.WORD), request);
            return s.get(ValueLayout.JAVA_INT, Scratch.WORD);
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code ioctl(fd, request, &value)}, of a request that reads an {@code int}. It may block ({@link Ioctl} says
     * what ends it).
     *
     * @param fd the descriptor
     * @param request a request with a pointer to an {@code int}, such as {@link #TIOCPKT}
     * @param value the value
     * @throws ErrnoException if the kernel refuses: ENOTTY (this descriptor has no such request), EINVAL …
     * @throws IllegalArgumentException if the request's argument is larger than an {@code int}
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</a>
     */
    public static void setInt(Fd fd, Pointer request, int value) throws ErrnoException {
        requireInt(request);
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_INT, Scratch.WORD, value);
            orThrow(fd, Guarded.ioctl(s, fd.guard, wide(request.number()), s.address() + Scratch.WORD), request,
                    "&" + value);
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code ioctl(fd, number, argument)}: any request, with any number. Trusted as in C: where the kernel takes the
     * argument for a pointer, it reads or writes there. It may block ({@link Ioctl} says what ends it).
     *
     * @param fd the descriptor
     * @param number the number of the request, passed zero-extended
     * @param argument its argument; 0 where there is none
     * @return what the kernel returns, mostly 0
     * @throws ErrnoException if the kernel refuses: ENOTTY (this descriptor has no such request), EINVAL …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</a>
     */
    public static int raw(Fd fd, int number, long argument) throws ErrnoException {
        return orThrow(fd, Guarded.ioctl(fd.guard, wide(number), argument), hex(number), argument);
    }

    /**
     * {@code ioctl(fd, number, argument)}: any request, with any memory. Trusted as in C: the kernel may use more than
     * the number says, and more than there is. It may block ({@link Ioctl} says what ends it).
     *
     * @param fd the descriptor
     * @param number the number of the request, passed zero-extended
     * @param argument native, writable memory, at least as large as {@link #_IOC_SIZE} of the number
     * @return what the kernel returns, mostly 0
     * @throws ErrnoException if the kernel refuses: ENOTTY (this descriptor has no such request), EINVAL …
     * @throws IllegalArgumentException if the memory is smaller than even the number says, read-only or on the heap
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</a>
     */
    public static int raw(Fd fd, int number, MemorySegment argument) throws ErrnoException {
        Memory.requireWritable(argument);
        requireSize(argument, _IOC_SIZE(number), "the number " + hex(number) + " is of an argument of at least");
        return orThrow(fd, Guarded.ioctl(fd.guard, wide(number), argument), hex(number));
    }

    /**
     * {@code ioctl(fd, FIONREAD, &count)}: how many bytes can be read without blocking from a pipe, a terminal, a
     * stream socket or an inotify; on a datagram socket, the length of the next datagram. It does not block.
     *
     * @param fd the descriptor
     * @return bytes
     * @throws ErrnoException if the kernel refuses: ENOTTY (a directory, an eventfd), EINVAL (a socket that listens)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/FIONREAD.2const.html">FIONREAD(2const)</a>
     */
    public static int available(Fd fd) throws ErrnoException {
        return getInt(fd, FIONREAD);
    }

    /**
     * {@code ioctl(fd, TIOCOUTQ, &count)}: how many bytes were written to a terminal and have not been sent yet, or to
     * a TCP socket and have not been acknowledged yet. It does not block.
     *
     * @param fd the descriptor
     * @return bytes
     * @throws ErrnoException if the kernel refuses: ENOTTY (neither a terminal nor a socket), EINVAL (a socket that
     *         listens)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCOUTQ.2const.html">TIOCOUTQ(2const)</a>
     */
    public static int unsent(Fd fd) throws ErrnoException {
        return getInt(fd, TIOCOUTQ);
    }

    /** As the kernel and emulators compare it: not sign-extended. */
    static long wide(int number) {
        return Integer.toUnsignedLong(number);
    }

    private static String hex(int number) {
        return "0x" + Integer.toHexString(number);
    }

    private static void requireInt(Pointer request) {
        if (request.bytes() != INT) {
            throw new IllegalArgumentException(
                    request.name() + " has an argument of " + request.bytes() + " bytes, which is no int");
        }
    }

    private static void requireSize(MemorySegment argument, int bytes, String what) {
        if (argument.byteSize() < bytes) {
            throw new IllegalArgumentException(
                    what + " " + bytes + " bytes, and this memory has " + argument.byteSize());
        }
    }

    /** The result of a call, or its exception, which shows the request and its argument. */
    static int orThrow(Fd fd, int result, Request request, Object... argument) throws ErrnoException {
        return orThrow(fd, result, request.name(), argument);
    }

    private static int orThrow(Fd fd, int result, String request, Object... argument) throws ErrnoException {
        if (result < 0) {
            List<Object> arguments = new ArrayList<>(List.of(request));
            arguments.addAll(List.of(argument));
            throw fd.failed(result, "ioctl", arguments.toArray());
        }
        return result;
    }
}
