package dev.pollux;

import dev.pollux.generated.pty_h;
import dev.pollux.generated.termios;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Link;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * {@code struct termios}: how a terminal or a serial line treats its bytes, as far as it has to be known to wait for
 * them. It does not change; {@link #raw} and {@link #speed} make another one.
 *
 * <p>The settings belong to the device, and stay when it is closed: who changes those of a terminal that others use
 * keeps what {@link #get} returned, and sets it again, whatever happens. A serial line, as raw bytes:
 * {@snippet class="dev.pollux.Snippets" region="serial"}
 *
 * <p>Parity, stop bits and flow control stay as they are; {@code stty -F /dev/ttyS0 …} sets them, for example.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">termios(3)</a>
 */
public final class Termios {
    static {
        Link.require();
    }

    /** For {@link #set}: at once. */
    public static final int TCSANOW = pty_h.TCSANOW();
    /** For {@link #set}: when all that was written is sent. */
    public static final int TCSADRAIN = pty_h.TCSADRAIN();
    /** For {@link #set}: when all that was written is sent; what was received and is not read yet is thrown away. */
    public static final int TCSAFLUSH = pty_h.TCSAFLUSH();


    private final byte[] struct;

    private Termios(MemorySegment struct) {
        this.struct = struct.toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * {@code tcgetattr(fd, &termios)}. Of a {@link Pty} these are the settings of its other side.
     *
     * @param terminal a terminal or a serial line
     * @return its settings now
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up) …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">tcgetattr(3)</a>
     */
    public static Termios get(Fd terminal) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = termios.allocate(arena);
            int result = Guarded.tcgetattr(terminal.guard, struct.address());
            if (result < 0) {
                throw terminal.failed(result, "tcgetattr", "&termios");
            }
            return new Termios(struct);
        }
    }

    /**
     * {@code tcsetattr(fd, when, &termios)}. C counts it as success if any of the settings could be made; whether all
     * were, is seen by {@link #get} and {@link #equals}. A call that a signal interrupts is made again.
     *
     * <p>If the terminal is the controlling one of this process, and the process is in its background, the kernel stops
     * the process (SIGTTOU).
     *
     * @param terminal a terminal or a serial line
     * @param when {@link #TCSANOW}, {@link #TCSADRAIN} or {@link #TCSAFLUSH}; the latter two wait for what was written
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EINVAL, EIO (it has hung up) …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">tcsetattr(3)</a>
     */
    public void set(Fd terminal, int when) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            int result = Guarded.tcsetattr(terminal.guard, when, copy(arena).address());
            if (result < 0) {
                throw terminal.failed(result, "tcsetattr", "actions=" + when);
            }
        }
    }

    /**
     * {@code cfmakeraw(&termios)}: 8 bits, each byte as soon as it comes, nothing echoed, changed or turned into a
     * signal.
     *
     * @return these settings, made raw
     * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">cfmakeraw(3)</a>
     */
    public Termios raw() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = copy(arena);
            Libc.cfmakeraw(copy.address());
            return new Termios(copy);
        }
    }

    /**
     * {@code cfsetspeed(&termios, baud)}, for both directions.
     *
     * @param baud bits per second: 9600, 115200 and the like; 0 hangs up. The numbers of C's own constants ({@code
     *        B9600} is 13) are taken as such by older versions of libc
     * @return these settings, with that speed
     * @throws ErrnoException EINVAL if libc knows no such speed
     * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">cfsetspeed(3)</a>
     */
    public Termios speed(int baud) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = copy(arena);
            int result = Libc.cfsetspeed(copy.address(), baud);
            if (result < 0) {
                throw ErrnoException.of(-result, "cfsetspeed", Integer.toString(baud));
            }
            return new Termios(copy);
        }
    }

    private MemorySegment copy(Arena arena) {
        return termios.allocate(arena).copyFrom(MemorySegment.ofArray(struct));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Termios that && Arrays.equals(struct, that.struct);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(struct);
    }

    @Override
    public String toString() {
        MemorySegment memory = copy(Arena.ofAuto());
        return "Termios[c_iflag=0" + Integer.toOctalString(termios.c_iflag(memory))
                + ", c_oflag=0" + Integer.toOctalString(termios.c_oflag(memory))
                + ", c_cflag=0" + Integer.toOctalString(termios.c_cflag(memory))
                + ", c_lflag=0" + Integer.toOctalString(termios.c_lflag(memory)) + "]";
    }
}
