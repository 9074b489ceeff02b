package dev.pollux;

import dev.pollux.generated.winsize;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Link;
import dev.pollux.internal.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct winsize}: the size of a terminal's window. The kernel only keeps it, for programs to ask; what does not
 * know it says 0. When it changes, the processes in the foreground of the terminal are sent {@link SigSet#SIGWINCH}.
 *
 * @param rows how many lines of text, from 0 to 65535
 * @param columns how many characters in a line
 * @param xpixels how wide the window is in pixels
 * @param ypixels how high it is in pixels
 * @see <a href="https://man7.org/linux/man-pages/man2/TIOCSWINSZ.2const.html">TIOCGWINSZ(2const)</a>
 */
public record Winsize(int rows, int columns, int xpixels, int ypixels) {
    static {
        Link.require();
    }

    /**
     * A size.
     *
     * @throws IllegalArgumentException if one of them does not fit into C's {@code unsigned short}
     */
    public Winsize {
        for (int size : new int[] {rows, columns, xpixels, ypixels}) {
            if (size != Short.toUnsignedInt((short) size)) {
                throw new IllegalArgumentException("the size of a window is from 0 to 65535, not " + size);
            }
        }
    }

    /**
     * A size in characters, where pixels are not known.
     *
     * @param rows how many lines of text, from 0 to 65535
     * @param columns how many characters in a line
     * @throws IllegalArgumentException if one of them does not fit into C's {@code unsigned short}
     */
    public Winsize(int rows, int columns) {
        this(rows, columns, 0, 0);
    }

    /**
     * {@code ioctl(fd, TIOCGWINSZ, &winsize)}. Of a {@link Pty} it is the size of its other side.
     *
     * @param terminal a terminal
     * @return the size of its window; all 0 if nobody has set it
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCSWINSZ.2const.html">TIOCGWINSZ(2const)</a>
     */
    public static Winsize get(Fd terminal) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            MemorySegment struct = Scratch.address(s);
            call(terminal, Ioctl.TIOCGWINSZ, s, struct);
            return new Winsize(Short.toUnsignedInt(winsize.ws_row(struct)), Short.toUnsignedInt(winsize.ws_col(struct)),
                    Short.toUnsignedInt(winsize.ws_xpixel(struct)), Short.toUnsignedInt(winsize.ws_ypixel(struct)));
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code ioctl(fd, TIOCSWINSZ, &winsize)}. It is for who shows the terminal, the owner of the {@link Pty}: a program
     * in the terminal does not change its window by this, but tells others something wrong.
     *
     * @param terminal a terminal, either side
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCSWINSZ.2const.html">TIOCSWINSZ(2const)</a>
     */
    public void set(Fd terminal) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            MemorySegment struct = Scratch.address(s);
            winsize.ws_row(struct, (short) rows);
            winsize.ws_col(struct, (short) columns);
            winsize.ws_xpixel(struct, (short) xpixels);
            winsize.ws_ypixel(struct, (short) ypixels);
            call(terminal, Ioctl.TIOCSWINSZ, s, struct);
        } finally {
            Scratch.give(s);
        }
    }

    private static void call(Fd terminal, Ioctl.Pointer request, MemorySegment s, MemorySegment struct)
            throws ErrnoException {
        int result = Guarded.ioctl(s, terminal.guard, Ioctl.wide(request.number()), struct.address());
        if (result < 0) {
            throw terminal.failed(result, "ioctl", request.name());
        }
    }
}
