package dev.pollux;

import dev.pollux.generated.ioctl_h;
import dev.pollux.generated.termios2;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Link;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/**
 * {@code struct termios2}: how a terminal or a serial line treats its bytes. Objects are immutable: {@link #with},
 * {@link #speed} and others return a new one, which {@link #set} puts into force.
 *
 * <p>The settings belong to the device. They stay in force when it is closed and when the program ends; {@link #change}
 * changes them temporarily. A serial line, as raw bytes:
 * {@snippet class="dev.pollux.Snippets" region="serial"}
 *
 * <p>It is the kernel's own struct, by {@code TCGETS2} and {@code TCSETS2} (Linux 2.6.20), because that allows any
 * speed. C's {@code tcgetattr} and {@code tcsetattr} do so only from glibc 2.42 on.
 *
 * <p>All methods may be called by any thread.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code AwaitKey},
 * {@code SerialLine}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">termios(3)</a>
 */
public final class Termios {
    static {
        Link.require();
    }

    /** For {@link #set}: at once. */
    public static final int TCSANOW = ioctl_h.TCSANOW();
    /** For {@link #set}: once everything written has been sent. */
    public static final int TCSADRAIN = ioctl_h.TCSADRAIN();
    /** For {@link #set}: once everything written has been sent; unread input is discarded. */
    public static final int TCSAFLUSH = ioctl_h.TCSAFLUSH();

    /** Sends SIGINT: ^C. */
    public static final int VINTR = ioctl_h.VINTR();
    /** Sends SIGQUIT: ^\. */
    public static final int VQUIT = ioctl_h.VQUIT();
    /** Erases a character. */
    public static final int VERASE = ioctl_h.VERASE();
    /** Erases the line. */
    public static final int VKILL = ioctl_h.VKILL();
    /** Ends the file, or hands on a part of a line: ^D. */
    public static final int VEOF = ioctl_h.VEOF();
    /** Without ICANON: tenths of a second to wait for a further byte; see {@link #cc(int, int)}. */
    public static final int VTIME = ioctl_h.VTIME();
    /** Without ICANON: how many bytes a read waits for; see {@link #cc(int, int)}. */
    public static final int VMIN = ioctl_h.VMIN();
    /** Switches shells on other systems; not used by Linux. */
    public static final int VSWTC = ioctl_h.VSWTC();
    /** Restarts output: ^Q. */
    public static final int VSTART = ioctl_h.VSTART();
    /** Stops output: ^S. */
    public static final int VSTOP = ioctl_h.VSTOP();
    /** Sends SIGTSTP: ^Z. */
    public static final int VSUSP = ioctl_h.VSUSP();
    /** An additional end-of-line character. */
    public static final int VEOL = ioctl_h.VEOL();
    /** Shows the line again: ^R. */
    public static final int VREPRINT = ioctl_h.VREPRINT();
    /** Discards output on other systems; not used by Linux. */
    public static final int VDISCARD = ioctl_h.VDISCARD();
    /** Erases a word: ^W. */
    public static final int VWERASE = ioctl_h.VWERASE();
    /** Takes the next character as it is: ^V. */
    public static final int VLNEXT = ioctl_h.VLNEXT();
    /** A second additional end-of-line character. */
    public static final int VEOL2 = ioctl_h.VEOL2();

    /** A device may miss a speed by one part in so many, as drivers may in the kernel's tty_baudrate.c. */
    private static final int SPEED_TOLERANCE = 50;

    /** How many control characters there are. */
    private static final int NCCS = ioctl_h.NCCS();

    /** The speeds that have numbers of their own in {@code c_cflag}, where programs of older libcs look for them. */
    private static final int[][] B = {
            {50, ioctl_h.B50()}, {75, ioctl_h.B75()}, {110, ioctl_h.B110()}, {134, ioctl_h.B134()},
            {150, ioctl_h.B150()}, {200, ioctl_h.B200()}, {300, ioctl_h.B300()}, {600, ioctl_h.B600()},
            {1200, ioctl_h.B1200()}, {1800, ioctl_h.B1800()}, {2400, ioctl_h.B2400()}, {4800, ioctl_h.B4800()},
            {9600, ioctl_h.B9600()}, {19200, ioctl_h.B19200()}, {38400, ioctl_h.B38400()}, {57600, ioctl_h.B57600()},
            {115200, ioctl_h.B115200()}, {230400, ioctl_h.B230400()}, {460800, ioctl_h.B460800()},
            {500000, ioctl_h.B500000()}, {576000, ioctl_h.B576000()}, {921600, ioctl_h.B921600()},
            {1000000, ioctl_h.B1000000()}, {1152000, ioctl_h.B1152000()}, {1500000, ioctl_h.B1500000()},
            {2000000, ioctl_h.B2000000()}, {2500000, ioctl_h.B2500000()}, {3000000, ioctl_h.B3000000()},
            {3500000, ioctl_h.B3500000()}, {4000000, ioctl_h.B4000000()}
    };

    /** Bits of the speeds, which are in {@code c_ispeed} and {@code c_ospeed} as well. */
    private static final int SPEEDS = ioctl_h.CBAUD() | ioctl_h.CIBAUD();

    private static final String[] CC_NAMES = {"VINTR", "VQUIT", "VERASE", "VKILL", "VEOF", "VTIME", "VMIN", "VSWTC",
        "VSTART", "VSTOP", "VSUSP", "VEOL", "VREPRINT", "VDISCARD", "VWERASE", "VLNEXT", "VEOL2"};

    /** The words of the struct that have flags. */
    private enum Word {
        I, O, C, L;

        String c() {
            return "c_" + "iocl".charAt(ordinal()) + "flag";
        }

        /** What is more than one bit for one flag. */
        int fields() {
            return this == C ? ioctl_h.CSIZE() : this == O ? ioctl_h.CRDLY() | ioctl_h.TABDLY() : 0;
        }
    }

    /**
     * The flags, by their C names. Some are one of several values of a field: with {@link #CS7}, {@link #CS8} is off.
     *
     * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">termios(3)</a>
     */
    public enum Flag {
        /** Breaks are ignored. */
        IGNBRK(Word.I, ioctl_h.IGNBRK()),
        /** A break is an interrupt, unless ignored: SIGINT. */
        BRKINT(Word.I, ioctl_h.BRKINT()),
        /** Bytes with wrong parity are ignored. */
        IGNPAR(Word.I, ioctl_h.IGNPAR()),
        /** Bytes with wrong parity come after 255 and 0. */
        PARMRK(Word.I, ioctl_h.PARMRK()),
        /** Parity is checked. */
        INPCK(Word.I, ioctl_h.INPCK()),
        /** Bytes lose their highest bit. */
        ISTRIP(Word.I, ioctl_h.ISTRIP()),
        /** NL comes as CR. */
        INLCR(Word.I, ioctl_h.INLCR()),
        /** CR is ignored. */
        IGNCR(Word.I, ioctl_h.IGNCR()),
        /** CR comes as NL. */
        ICRNL(Word.I, ioctl_h.ICRNL()),
        /** Upper-case letters are read as lower case. */
        IUCLC(Word.I, ioctl_h.IUCLC()),
        /** ^S stops what is sent, ^Q starts it again. */
        IXON(Word.I, ioctl_h.IXON()),
        /** Any byte starts it again. */
        IXANY(Word.I, ioctl_h.IXANY()),
        /** The other end is stopped by ^S when too much has come. */
        IXOFF(Word.I, ioctl_h.IXOFF()),
        /** The bell rings when too much has come; Linux always does that. */
        IMAXBEL(Word.I, ioctl_h.IMAXBEL()),
        /** Text is UTF-8: an erased character may have several bytes. */
        IUTF8(Word.I, ioctl_h.IUTF8()),
        /** What is written is changed, as the others here say. */
        OPOST(Word.O, ioctl_h.OPOST()),
        /** Lower-case letters are written as upper case. */
        OLCUC(Word.O, ioctl_h.OLCUC()),
        /** NL is sent as CR and NL. */
        ONLCR(Word.O, ioctl_h.ONLCR()),
        /** CR is sent as NL. */
        OCRNL(Word.O, ioctl_h.OCRNL()),
        /** CR is not sent at the beginning of a line. */
        ONOCR(Word.O, ioctl_h.ONOCR()),
        /** NL goes to the beginning of the line. */
        ONLRET(Word.O, ioctl_h.ONLRET()),
        /** Delays are made by sending filler. */
        OFILL(Word.O, ioctl_h.OFILL()),
        /** The filler is 127, not 0. */
        OFDEL(Word.O, ioctl_h.OFDEL()),
        /** No delay after NL. */
        NL0(Word.O, ioctl_h.NL0(), ioctl_h.NLDLY()),
        /** A delay after NL. */
        NL1(Word.O, ioctl_h.NL1(), ioctl_h.NLDLY()),
        /** No delay after CR. */
        CR0(Word.O, ioctl_h.CR0(), ioctl_h.CRDLY()),
        /** A delay after CR. */
        CR1(Word.O, ioctl_h.CR1(), ioctl_h.CRDLY()),
        /** A longer delay after CR. */
        CR2(Word.O, ioctl_h.CR2(), ioctl_h.CRDLY()),
        /** The longest delay after CR. */
        CR3(Word.O, ioctl_h.CR3(), ioctl_h.CRDLY()),
        /** No delay after a tab. */
        TAB0(Word.O, ioctl_h.TAB0(), ioctl_h.TABDLY()),
        /** A delay after a tab. */
        TAB1(Word.O, ioctl_h.TAB1(), ioctl_h.TABDLY()),
        /** A longer delay after a tab. */
        TAB2(Word.O, ioctl_h.TAB2(), ioctl_h.TABDLY()),
        /** Tabs are sent as spaces. */
        TAB3(Word.O, ioctl_h.TAB3(), ioctl_h.TABDLY()),
        /** No delay after a backspace. */
        BS0(Word.O, ioctl_h.BS0(), ioctl_h.BSDLY()),
        /** A delay after a backspace. */
        BS1(Word.O, ioctl_h.BS1(), ioctl_h.BSDLY()),
        /** No delay after a vertical tab. */
        VT0(Word.O, ioctl_h.VT0(), ioctl_h.VTDLY()),
        /** A delay after a vertical tab. */
        VT1(Word.O, ioctl_h.VT1(), ioctl_h.VTDLY()),
        /** No delay after a form feed. */
        FF0(Word.O, ioctl_h.FF0(), ioctl_h.FFDLY()),
        /** A delay after a form feed. */
        FF1(Word.O, ioctl_h.FF1(), ioctl_h.FFDLY()),
        /** Five bits a byte. */
        CS5(Word.C, ioctl_h.CS5(), ioctl_h.CSIZE()),
        /** Six bits a byte. */
        CS6(Word.C, ioctl_h.CS6(), ioctl_h.CSIZE()),
        /** Seven bits a byte. */
        CS7(Word.C, ioctl_h.CS7(), ioctl_h.CSIZE()),
        /** Eight bits a byte. */
        CS8(Word.C, ioctl_h.CS8(), ioctl_h.CSIZE()),
        /** Two stop bits, not one. */
        CSTOPB(Word.C, ioctl_h.CSTOPB()),
        /** The receiver is on. */
        CREAD(Word.C, ioctl_h.CREAD()),
        /** A parity bit. */
        PARENB(Word.C, ioctl_h.PARENB()),
        /** It is odd, not even; with {@link #CMSPAR}: it is 1, not 0. */
        PARODD(Word.C, ioctl_h.PARODD()),
        /** The last close drops the modem lines. */
        HUPCL(Word.C, ioctl_h.HUPCL()),
        /** Modem status lines are ignored. */
        CLOCAL(Word.C, ioctl_h.CLOCAL()),
        /** The parity bit is always the same. */
        CMSPAR(Word.C, ioctl_h.CMSPAR()),
        /** RTS and CTS stop the other end, and this one. */
        CRTSCTS(Word.C, ioctl_h.CRTSCTS()),
        /** ^C, ^\, ^Z are signals. */
        ISIG(Word.L, ioctl_h.ISIG()),
        /** Whole lines come, and can be edited until then. */
        ICANON(Word.L, ioctl_h.ICANON()),
        /** Capitals are shown with a backslash, which Linux does not do. */
        XCASE(Word.L, ioctl_h.XCASE()),
        /** What is typed is shown. */
        ECHO(Word.L, ioctl_h.ECHO()),
        /** An erased character disappears, with {@link #ICANON}. */
        ECHOE(Word.L, ioctl_h.ECHOE()),
        /** An erased line is followed by NL, with {@link #ICANON}. */
        ECHOK(Word.L, ioctl_h.ECHOK()),
        /** NL is shown even without {@link #ECHO}, with {@link #ICANON}. */
        ECHONL(Word.L, ioctl_h.ECHONL()),
        /** Signals do not throw away what was typed. */
        NOFLSH(Word.L, ioctl_h.NOFLSH()),
        /** Output from the background stops its process: SIGTTOU. */
        TOSTOP(Word.L, ioctl_h.TOSTOP()),
        /** Control characters are shown as ^X. */
        ECHOCTL(Word.L, ioctl_h.ECHOCTL()),
        /** Erased characters are printed. */
        ECHOPRT(Word.L, ioctl_h.ECHOPRT()),
        /** An erased line disappears. */
        ECHOKE(Word.L, ioctl_h.ECHOKE()),
        /** Output is thrown away, which Linux does not do. */
        FLUSHO(Word.L, ioctl_h.FLUSHO()),
        /** What was typed is printed again, which Linux does not do. */
        PENDIN(Word.L, ioctl_h.PENDIN()),
        /** Further control characters work, such as ^V. */
        IEXTEN(Word.L, ioctl_h.IEXTEN()),
        /** Lines are edited elsewhere, such as by telnet. */
        EXTPROC(Word.L, ioctl_h.EXTPROC());

        private final Word word;
        private final int bits;
        private final int field;

        Flag(Word word, int bit) {
            this(word, bit, bit);
        }

        Flag(Word word, int bits, int field) {
            this.word = word;
            this.bits = bits;
            this.field = field;
        }

        /** Not one of several values of a field, of which another bit says more. */
        private boolean isSingle() {
            return Integer.bitCount(field) == 1 && bits != 0;
        }
    }

    private final int[] words;
    private final byte line;
    private final byte[] cc;
    private final int ispeed;
    private final int ospeed;

    private Termios(int[] words, byte line, byte[] cc, int ispeed, int ospeed) {
        this.words = words;
        this.line = line;
        this.cc = cc;
        this.ispeed = ispeed;
        this.ospeed = ospeed;
    }

    private Termios(MemorySegment struct) {
        this(new int[] {termios2.c_iflag(struct), termios2.c_oflag(struct), termios2.c_cflag(struct),
            termios2.c_lflag(struct)}, termios2.c_line(struct),
                specialCharacters(struct).toArray(ValueLayout.JAVA_BYTE), termios2.c_ispeed(struct),
                termios2.c_ospeed(struct));
    }

    private static MemorySegment specialCharacters(MemorySegment struct) {
        return struct.asSlice(termios2.c_cc$offset(), ioctl_h.NCCS());
    }

    private MemorySegment allocate(Arena arena) {
        MemorySegment struct = termios2.allocate(arena);
        termios2.c_iflag(struct, words[Word.I.ordinal()]);
        termios2.c_oflag(struct, words[Word.O.ordinal()]);
        termios2.c_cflag(struct, words[Word.C.ordinal()]);
        termios2.c_lflag(struct, words[Word.L.ordinal()]);
        termios2.c_line(struct, line);
        specialCharacters(struct).copyFrom(MemorySegment.ofArray(cc));
        termios2.c_ispeed(struct, ispeed);
        termios2.c_ospeed(struct, ospeed);
        return struct;
    }

    // terminals

    /**
     * {@code ioctl(fd, TCGETS2, &termios)}, which is {@code tcgetattr}. Of a {@link Pty} these are the settings of its
     * other side. It does not block.
     *
     * @param terminal a terminal or a serial line
     * @return its settings now
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up) …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TCSETS.2const.html">TCGETS2(2const)</a>
     */
    public static Termios get(Fd terminal) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = termios2.allocate(arena);
            int result = Guarded.ioctl(terminal.guard, Ioctl.wide(Ioctl.TCGETS2.number()), struct.address());
            if (result < 0) {
                throw terminal.failed(result, "ioctl", Ioctl.TCGETS2.name());
            }
            return new Termios(struct);
        }
    }

    /**
     * {@code ioctl(fd, TCSETS2, &termios)}, or {@code TCSETSW2} or {@code TCSETSF2}, which is {@code tcsetattr}; and
     * {@code TCGETS2}, to check that all of it was done: C reports success if any of it could be. A pseudo-terminal,
     * for example, has no parity, and a line may not reach the speed. A speed within 2 % of the one wanted is accepted,
     * by the kernel and here, as few devices can divide their clock to any speed. {@link #get} tells the actual one.
     *
     * <p>With {@link #TCSANOW} it does not block. With {@link #TCSADRAIN} and {@link #TCSAFLUSH} it does, for as long
     * as there is something to be sent, or another thread is inside a {@code write} that blocks: for ever, if the line
     * is stopped. Neither closing the descriptor nor an interrupt (its status is kept) ends it. {@link
     * Terminal#tcflush} does, as it discards what was to be sent, and so does restarting the line, for example by
     * {@link Terminal#tcflow} with {@link Terminal#TCOON}. A call interrupted by a signal is made again, unless the
     * descriptor has been closed meanwhile. For a virtual thread, a platform thread makes it, so that no carrier is
     * held.
     *
     * <p>In the background of its terminal, SIGTTOU would stop the process with all of its threads. The call is refused
     * instead. A process that moves to the background between that check and the call, which takes microseconds, is not
     * stopped either.
     *
     * @param terminal a terminal or a serial line
     * @param when {@link #TCSANOW}, {@link #TCSADRAIN} or {@link #TCSAFLUSH}
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EINVAL, EIO (it has hung up) …
     * @throws TermiosException if some of the settings are not in force now; the others are
     * @throws InBackgroundException if this process is in the background of its terminal: then nothing has changed
     * @throws IllegalArgumentException if {@code when} is none of these
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TCSETS.2const.html">TCSETS2(2const)</a>
     */
    public void set(Fd terminal, int when) throws IOException {
        Ioctl.Pointer request = request(when);
        Terminal.change(terminal, request, arena -> allocate(arena).address());
        Termios taken = get(terminal);
        List<String> differences = taken.differences(this, true);
        if (!differences.isEmpty()) {
            throw new TermiosException("ioctl(fd=" + terminal.guard.number() + ", " + request.name() + ")", taken,
                    differences);
        }
    }

    private static Ioctl.Pointer request(int when) {
        if (when == TCSANOW) {
            return Ioctl.TCSETS2;
        }
        if (when == TCSADRAIN) {
            return Ioctl.TCSETSW2;
        }
        if (when == TCSAFLUSH) {
            return Ioctl.TCSETSF2;
        }
        throw new IllegalArgumentException("settings are made with TCSANOW, TCSADRAIN or TCSAFLUSH, not " + when);
    }

    /**
     * {@code ioctl(fd, TCGETS2, &old)} and {@code ioctl(fd, TCSETS2, &new)}, or TCSETSW2 or TCSETSF2: changes settings
     * until the result is closed, which sets the old ones again.
     * {@snippet class="dev.pollux.Snippets" region="cbreak"}
     *
     * <p>With {@link #TCSANOW} neither this nor the close blocks. Otherwise both may, as {@link #set} says: then a
     * terminal that no longer sends keeps the program from ending.
     *
     * <p>No shutdown hook is installed: a program that is ended by SIGINT or {@link System#exit} leaves the terminal as
     * it is, unless it has a hook of its own that closes the result. After SIGKILL nothing is restored; the user types
     * {@code stty sane}, perhaps blindly, and ends that by {@code ^J}.
     *
     * @param terminal a terminal or a serial line
     * @param how makes the new settings from the old ones, such as {@code Termios::raw}
     * @param when {@link #TCSANOW}, {@link #TCSADRAIN} or {@link #TCSAFLUSH}, there and back
     * @return restores the settings when closed
     * @throws ErrnoException as {@link #get} and {@link #set}
     * @throws TermiosException if some of the settings cannot be made; the old ones are in force again
     * @throws InBackgroundException if this process is in the background of its terminal
     * @throws IllegalArgumentException if {@code when} is none of these
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcsetattr.3.html">tcsetattr(3)</a>
     */
    public static Change change(Fd terminal, UnaryOperator<Termios> how, int when) throws IOException {
        Change change = new Change(terminal, get(terminal), when);
        try {
            how.apply(change.before).set(terminal, when);
        } catch (TermiosException e) {
            try {
                change.close();
            } catch (IOException | RuntimeException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
        return change;
    }

    /** A terminal whose settings are restored when this is closed. */
    public static final class Change implements Closeable {
        private final Fd terminal;
        private final Termios before;
        private final int when;
        private boolean restored;

        private Change(Fd terminal, Termios before, int when) {
            this.terminal = terminal;
            this.before = before;
            this.when = when;
        }

        /**
         * The settings that will be restored.
         *
         * @return what {@link Termios#get} returned before the change
         */
        public Termios before() {
            return before;
        }

        /**
         * {@code ioctl(fd, TCSETS2, &old)}: restores the settings once; further calls do nothing. A call that failed
         * may be made again. It blocks as {@link Termios#set} does, and is ended in the same ways. Of a terminal that
         * has hung up, such as an unplugged serial adapter, nothing is left to restore: that is no failure.
         *
         * @throws ErrnoException if the kernel refuses
         * @throws TermiosException if some of the settings are not in force now
         * @throws InBackgroundException if this process is in the background of its terminal
         * @throws IllegalStateException if the descriptor is closed: close this first
         */
        @Override
        public synchronized void close() throws IOException {
            if (restored) {
                return;
            }
            try {
                before.set(terminal, when);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EIO || !hasHungUp()) {
                    throw e;
                }
            } catch (IllegalStateException e) {
                if (terminal.isOpen()) {
                    throw e;
                }
                throw new IllegalStateException(e.getMessage() + ": the terminal's settings were not restored; close"
                        + " the Change before the descriptor", e);
            }
            restored = true;
        }

        /** EIO has other reasons, too; but a terminal that does not even tell its settings is gone. */
        private boolean hasHungUp() throws IOException {
            try {
                get(terminal);
                return false;
            } catch (ErrnoException e) {
                return e.errno() == Errno.EIO;
            }
        }
    }

    // settings

    /**
     * {@code (c_…flag & flag) != 0}.
     *
     * @param flag the flag
     * @return whether it is set; of a field with several values, whether it has this one
     */
    public boolean has(Flag flag) {
        return (words[flag.word.ordinal()] & flag.field) == flag.bits;
    }

    /**
     * {@code c_…flag |= flags}.
     *
     * @param flags the flags; of a field with several values, its new one
     * @return these settings, with those flags
     */
    public Termios with(Flag... flags) {
        int[] changed = words.clone();
        for (Flag flag : flags) {
            changed[flag.word.ordinal()] = changed[flag.word.ordinal()] & ~flag.field | flag.bits;
        }
        return new Termios(changed, line, cc, ispeed, ospeed);
    }

    /**
     * {@code c_…flag &= ~flags}.
     *
     * @param flags the flags
     * @return these settings, without those flags
     * @throws IllegalArgumentException if one of them is a value of a field, such as {@link Flag#CS8}, which has to
     *         have some: use {@link #with}
     */
    public Termios without(Flag... flags) {
        int[] changed = words.clone();
        for (Flag flag : flags) {
            if (!flag.isSingle()) {
                throw new IllegalArgumentException(flag + " is one of several values: say with which instead");
            }
            changed[flag.word.ordinal()] &= ~flag.bits;
        }
        return new Termios(changed, line, cc, ispeed, ospeed);
    }

    /**
     * {@code c_cc[index]}.
     *
     * @param index {@link #VINTR}, {@link #VMIN} or another
     * @return the character, from 0 to 255; 0 if there is none; or a number of bytes, or of tenths of a second
     * @throws IndexOutOfBoundsException if there is no such character
     */
    public int cc(int index) {
        return Byte.toUnsignedInt(cc[index]);
    }

    /**
     * {@code c_cc[index] = value}.
     *
     * <p>Without {@link Flag#ICANON}, a read that may block waits for {@link #VMIN} bytes. With {@link #VTIME} as well,
     * it returns when after a first byte none has come for so many tenths of a second; with {@link #VTIME} and a VMIN
     * of 0, it returns 0 when none has come for that time. Waits, by {@link Fd#await} for example, take VMIN into
     * account only while VTIME is 0.
     *
     * <p>With a VMIN of 0 a read of 0 bytes is no end of file and no hang-up, and without VTIME it never returns {@link
     * Fd#WOULD_BLOCK}, on a non-blocking descriptor either. Where reads do not block, as in a loop, leave VMIN at 1 and
     * VTIME at 0, as {@link #raw} does, and take the time between bytes by {@link Fd#await(int, java.time.Duration)}.
     *
     * @param index {@link #VINTR}, {@link #VMIN} or another
     * @param value the character, from 0 to 255; 0 for none; or a number of bytes, or of tenths of a second
     * @return these settings, with that character
     * @throws IndexOutOfBoundsException if there is no such character
     * @throws IllegalArgumentException if the value does not fit into a byte
     */
    public Termios cc(int index, int value) {
        byte[] changed = cc.clone();
        changed[index] = (byte) value;
        if (value != Byte.toUnsignedInt(changed[index])) {
            throw new IllegalArgumentException("a control character is from 0 to 255, not " + value);
        }
        return new Termios(words, line, changed, ispeed, ospeed);
    }

    /**
     * {@code c_line}: the line discipline, 0 for that of terminals.
     *
     * @return its number
     */
    public int line() {
        return Byte.toUnsignedInt(line);
    }

    /**
     * {@code cfmakeraw(&termios)}: 8 bits, each byte as soon as it comes, nothing echoed, changed or turned into a
     * signal; without parity, but with stop bits and flow control as they were: 8N1 is {@code raw().without(CSTOPB,
     * CRTSCTS)}.
     *
     * @return these settings, made raw
     * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">cfmakeraw(3)</a>
     */
    public Termios raw() {
        return without(Flag.IGNBRK, Flag.BRKINT, Flag.PARMRK, Flag.ISTRIP, Flag.INLCR, Flag.IGNCR, Flag.ICRNL, Flag.IXON,
                Flag.OPOST, Flag.ECHO, Flag.ECHONL, Flag.ICANON, Flag.ISIG, Flag.IEXTEN, Flag.PARENB)
                .with(Flag.CS8).cc(VMIN, 1).cc(VTIME, 0);
    }

    /**
     * {@code c_lflag &= ~ICANON}, with one byte a read, as {@code stty cbreak}: each byte as soon as it comes, but the
     * keys that send signals still do, and output is still made fit for a terminal. What is typed is still shown,
     * unless {@link Flag#ECHO} is taken away, too.
     *
     * @return these settings, without lines
     */
    public Termios cbreak() {
        return without(Flag.ICANON).cc(VMIN, 1).cc(VTIME, 0);
    }

    /**
     * {@code c_ispeed}: the speed at which bytes are received.
     *
     * @return bits per second
     */
    public int inputSpeed() {
        return ispeed;
    }

    /**
     * {@code c_ospeed}: the speed at which bytes are sent.
     *
     * @return bits per second; 0 hangs up
     */
    public int outputSpeed() {
        return ospeed;
    }

    /**
     * {@code c_ispeed = c_ospeed = baud}: the speed, for both directions.
     *
     * @param baud bits per second, any number, such as 9600, 115200 or 250000; 0 hangs up. Not the numbers of C's
     *        constants: {@code B9600} is 13
     * @return these settings, with that speed
     * @throws IllegalArgumentException if the speed is negative
     */
    public Termios speed(int baud) {
        return speed(baud, baud);
    }

    /**
     * {@code c_ispeed = input, c_ospeed = output}: the speeds. Few lines can receive at another speed than they send.
     *
     * @param input bits per second received; 0 is the same as sent
     * @param output bits per second sent; 0 hangs up
     * @return these settings, with those speeds
     * @throws IllegalArgumentException if a speed is negative
     */
    public Termios speed(int input, int output) {
        if (input < 0 || output < 0) {
            throw new IllegalArgumentException("a speed is not negative: " + Math.min(input, output));
        }
        int in = input == 0 ? output : input;
        int[] changed = words.clone();
        changed[Word.C.ordinal()] = changed[Word.C.ordinal()] & ~SPEEDS | encode(output)
                | (in == output ? 0 : encode(in) << ioctl_h.IBSHIFT());
        return new Termios(changed, line, cc, in, output);
    }

    private static int encode(int baud) {
        if (baud == 0) {
            return ioctl_h.B0();
        }
        for (int[] b : B) {
            if (b[0] == baud) {
                return b[1];
            }
        }
        return ioctl_h.BOTHER();
    }

    // what they are

    /** A word, without the speeds, which are compared as numbers: the kernel may write them in another way. */
    private int word(Word word) {
        int bits = words[word.ordinal()];
        return word == Word.C ? bits & ~SPEEDS : bits;
    }

    /**
     * In what these settings differ from others.
     *
     * @param wanted the others
     * @return a sentence for each difference, such as {@code c_cflag is without PARENB}; none if they are equal
     */
    public List<String> differences(Termios wanted) {
        return differences(wanted, false);
    }

    private List<String> differences(Termios wanted, boolean speedsMayBeNear) {
        List<String> differences = new ArrayList<>();
        for (Flag flag : Flag.values()) {
            if (!flag.isSingle() && wanted.has(flag) && !has(flag)) {
                differences.add(flag.word.c() + " is without " + flag);
            }
        }
        for (Word word : Word.values()) {
            int is = word(word) & ~word.fields();
            int should = wanted.word(word) & ~word.fields();
            if ((should & ~is) != 0) {
                differences.add(word.c() + " is without " + names(word, should & ~is));
            }
            if ((is & ~should) != 0) {
                differences.add(word.c() + " has " + names(word, is & ~should));
            }
        }
        for (int i = 0; i < NCCS; i++) {
            if (cc[i] != wanted.cc[i]) {
                differences.add("c_cc[" + (i < CC_NAMES.length ? CC_NAMES[i] : i) + "] is " + cc(i) + ", not "
                        + wanted.cc(i));
            }
        }
        differ(differences, "c_line", line(), wanted.line(), false);
        differ(differences, "c_ispeed", ispeed, wanted.ispeed, speedsMayBeNear);
        differ(differences, "c_ospeed", ospeed, wanted.ospeed, speedsMayBeNear);
        return differences;
    }

    private static void differ(List<String> differences, String name, int is, int should, boolean mayBeNear) {
        long by = Math.abs(Integer.toUnsignedLong(is) - Integer.toUnsignedLong(should));
        if (by > (mayBeNear ? Integer.toUnsignedLong(should) / SPEED_TOLERANCE : 0)) {
            differences.add(name + " is " + Integer.toUnsignedString(is) + ", not " + Integer.toUnsignedString(should));
        }
    }

    /** The flags in a word, and as a number what is left of it. */
    private static String names(Word word, int bits) {
        StringJoiner names = new StringJoiner("|");
        int rest = bits;
        for (Flag flag : Flag.values()) {
            if (flag.word == word && flag.bits != 0 && (bits & flag.field) == flag.bits) {
                names.add(flag.name());
                rest &= ~flag.bits;
            }
        }
        return rest == 0 && names.length() > 0 ? names.toString()
                : names.add(rest == 0 ? "0" : "0" + Integer.toOctalString(rest)).toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Termios that && differences(that).isEmpty();
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(cc) + Arrays.hashCode(
                new int[] {word(Word.I), word(Word.O), word(Word.C), word(Word.L), line, ispeed, ospeed});
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "Termios[", "]");
        for (Word word : Word.values()) {
            text.add(word.c() + "=" + names(word, word(word)));
        }
        return text.add("c_ispeed=" + Integer.toUnsignedString(ispeed))
                .add("c_ospeed=" + Integer.toUnsignedString(ospeed)).toString();
    }
}
