package dev.pollux;

import dev.pollux.generated.ioctl_h;
import dev.pollux.internal.Link;
import dev.pollux.internal.TerminalCall;
import dev.pollux.internal.TerminalCall.Background;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/**
 * Terminals and serial lines, beyond their settings ({@link Termios}) and the size of their window ({@link Winsize}):
 * what is under way, modem lines, breaks, who may open them, and who is in the foreground. A serial line is opened by
 * {@link Fcntl#open} with {@link Fcntl#O_NOCTTY}, and with {@link Fcntl#O_NONBLOCK}, or opening waits until the modem
 * line DCD is there.
 *
 * <p>What changes the terminal is refused in its background, where it would stop the whole process (SIGTTOU): see
 * {@link InBackgroundException}. These calls are made by a platform thread where a virtual one asks, since some block.
 *
 * <p>All methods may be called by any thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_tty.2.html">ioctl_tty(2)</a>
 */
public final class Terminal {
    static {
        Link.require();
    }

    /** For {@link #tcflush}: what was received and is not read yet. */
    public static final int TCIFLUSH = ioctl_h.TCIFLUSH();
    /** For {@link #tcflush}: what was written and is not sent yet. */
    public static final int TCOFLUSH = ioctl_h.TCOFLUSH();
    /** For {@link #tcflush}: both. */
    public static final int TCIOFLUSH = ioctl_h.TCIOFLUSH();
    /** For {@link #tcflow}: send nothing, until {@link #TCOON}. */
    public static final int TCOOFF = ioctl_h.TCOOFF();
    /** For {@link #tcflow}: go on sending. */
    public static final int TCOON = ioctl_h.TCOON();
    /** For {@link #tcflow}: tell the other end to stop (by {@link Termios#VSTOP}). */
    public static final int TCIOFF = ioctl_h.TCIOFF();
    /** For {@link #tcflow}: tell the other end to go on (by {@link Termios#VSTART}). */
    public static final int TCION = ioctl_h.TCION();

    /** A modem line: data set ready, for very old devices. */
    public static final int TIOCM_LE = ioctl_h.TIOCM_LE();
    /** A modem line of this end: it is there (data terminal ready). */
    public static final int TIOCM_DTR = ioctl_h.TIOCM_DTR();
    /** A modem line of this end: it takes data (request to send). */
    public static final int TIOCM_RTS = ioctl_h.TIOCM_RTS();
    /** A modem line: secondary transmit. */
    public static final int TIOCM_ST = ioctl_h.TIOCM_ST();
    /** A modem line: secondary receive. */
    public static final int TIOCM_SR = ioctl_h.TIOCM_SR();
    /** A modem line of the other end: it takes data (clear to send). */
    public static final int TIOCM_CTS = ioctl_h.TIOCM_CTS();
    /** A modem line of the other end: it is connected (data carrier detect). */
    public static final int TIOCM_CD = ioctl_h.TIOCM_CD();
    /** A modem line of the other end: somebody calls. */
    public static final int TIOCM_RI = ioctl_h.TIOCM_RI();
    /** A modem line of the other end: it is there (data set ready). */
    public static final int TIOCM_DSR = ioctl_h.TIOCM_DSR();

    private Terminal() { }

    // what is under way

    /**
     * {@code tcdrain(fd)}, which is {@code ioctl(fd, TCSBRK, 1)}: waits until all that was written is sent.
     *
     * <p>It blocks, also on a non-blocking descriptor, for as long as that takes: for ever, if the other end has stopped
     * it. An interrupt does not end it, nor does closing the descriptor; {@link #tcflush} with {@link #TCOFLUSH} does.
     * For a virtual thread a platform thread waits, so that no carrier is held. It cannot be waited for by poll;
     * {@link Ioctl#unsent} asks instead. A call that a signal interrupts is made again. It changes nothing, and is
     * made from the background, too.
     *
     * @param terminal a terminal or a serial line
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcdrain.3.html">tcdrain(3)</a>
     */
    public static void tcdrain(Fd terminal) throws ErrnoException {
        orThrow(terminal, TerminalCall.ioctl(terminal.guard, Background.ALLOWED, Ioctl.wide(Ioctl.TCSBRK.number()), 1),
                Ioctl.TCSBRK.name(), 1);
    }

    /**
     * {@code tcflush(fd, queue)}, which is {@code ioctl(fd, TCFLSH, queue)}: throws away what is under way.
     *
     * @param terminal a terminal or a serial line
     * @param queue {@link #TCIFLUSH}, {@link #TCOFLUSH} or {@link #TCIOFLUSH}
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EINVAL (no such queue), EIO (it has hung up)
     * @throws InBackgroundException if this process is in the background of its terminal
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcflush.3.html">tcflush(3)</a>
     */
    public static void tcflush(Fd terminal, int queue) throws IOException {
        change(terminal, Background.REFUSED, Ioctl.TCFLSH, queue, Ioctl.TCFLSH.name(), queue);
    }

    /**
     * {@code tcflow(fd, action)}, which is {@code ioctl(fd, TCXONC, action)}: stops one of the directions, or starts it.
     *
     * @param terminal a terminal or a serial line
     * @param action {@link #TCOOFF}, {@link #TCOON}, {@link #TCIOFF} or {@link #TCION}
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EINVAL (no such action), EIO (it has hung up)
     * @throws InBackgroundException if this process is in the background of its terminal
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcflow.3.html">tcflow(3)</a>
     */
    public static void tcflow(Fd terminal, int action) throws IOException {
        change(terminal, Background.REFUSED, Ioctl.TCXONC, action, Ioctl.TCXONC.name(), action);
    }

    /**
     * {@code tcsendbreak(fd, 0)}, which is {@code ioctl(fd, TCSBRK, 0)}: waits until all that was written is sent, and
     * sends a break of a quarter of a second. It blocks, as {@link #tcdrain}. A call that a signal interrupts is made
     * again: then the other end may see two breaks. A pseudo-terminal has none, and does nothing.
     *
     * @param terminal a terminal or a serial line
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up)
     * @throws InBackgroundException if this process is in the background of its terminal
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcsendbreak.3.html">tcsendbreak(3)</a>
     */
    public static void tcsendbreak(Fd terminal) throws IOException {
        change(terminal, Background.REFUSED, Ioctl.TCSBRK, 0, Ioctl.TCSBRK.name(), 0);
    }

    /**
     * {@code ioctl(fd, TIOCSBRK)} and {@code ioctl(fd, TIOCCBRK)}: begins a break, after all that was written is sent,
     * and ends it. For breaks of a length of one's own. The former blocks, as {@link #tcdrain}.
     *
     * @param terminal a terminal or a serial line
     * @param on whether the break begins
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal, or one that has no breaks), EIO …
     * @throws InBackgroundException if this process is in the background of its terminal
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TCSBRK.2const.html">TIOCSBRK(2const)</a>
     */
    public static void setBreak(Fd terminal, boolean on) throws IOException {
        Ioctl.None request = on ? Ioctl.TIOCSBRK : Ioctl.TIOCCBRK;
        change(terminal, Background.REFUSED, request, 0, request.name());
    }

    // modem lines

    /**
     * {@code ioctl(fd, TIOCMGET, &lines)}: which modem lines are on.
     *
     * @param line a serial line
     * @return a mask of {@link #TIOCM_DTR}, {@link #TIOCM_CTS} and the like, which {@link #modemLines(int)} prints
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal, or one without modem lines), EIO …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCMSET.2const.html">TIOCMGET(2const)</a>
     */
    public static int modemLines(Fd line) throws ErrnoException {
        return Ioctl.getInt(line, Ioctl.TIOCMGET);
    }

    /**
     * Modem lines as text.
     *
     * @param lines what {@link #modemLines(Fd)} returns
     * @return for example {@code TIOCM_DTR|TIOCM_RTS}; bits that have no name as a number
     */
    public static String modemLines(int lines) {
        return Mask.toString(lines, Terminal.class, name -> name.startsWith("TIOCM_"));
    }

    /**
     * {@code ioctl(fd, TIOCMBIS, &lines)}: raises modem lines, and leaves the others as they are.
     *
     * @param line a serial line
     * @param lines {@link #TIOCM_DTR}, {@link #TIOCM_RTS}, or both
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal, or one without modem lines), EIO …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCMSET.2const.html">TIOCMBIS(2const)</a>
     */
    public static void raiseModemLines(Fd line, int lines) throws ErrnoException {
        Ioctl.setInt(line, Ioctl.TIOCMBIS, lines);
    }

    /**
     * {@code ioctl(fd, TIOCMBIC, &lines)}: drops modem lines, and leaves the others as they are.
     *
     * @param line a serial line
     * @param lines {@link #TIOCM_DTR}, {@link #TIOCM_RTS}, or both
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal, or one without modem lines), EIO …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCMSET.2const.html">TIOCMBIC(2const)</a>
     */
    public static void dropModemLines(Fd line, int lines) throws ErrnoException {
        Ioctl.setInt(line, Ioctl.TIOCMBIC, lines);
    }

    /**
     * {@code ioctl(fd, TIOCMIWAIT, lines)}: waits until one of the modem lines changes, which {@link #modemLines(Fd)}
     * then tells. Changes before the call do not count.
     *
     * <p>It blocks, also on a non-blocking descriptor, until one does: closing the descriptor does not end it, nor does
     * an interrupt. For a virtual thread a platform thread waits. A call that a signal interrupts is made again.
     *
     * @param line a serial line
     * @param lines a mask of {@link #TIOCM_CTS}, {@link #TIOCM_DSR}, {@link #TIOCM_CD} and {@link #TIOCM_RI}
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal, or one without modem lines), EIO …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCMSET.2const.html">TIOCMIWAIT(2const)</a>
     */
    public static void awaitModemLines(Fd line, int lines) throws ErrnoException {
        orThrow(line,
                TerminalCall.ioctl(line.guard, Background.ALLOWED, Ioctl.wide(Ioctl.TIOCMIWAIT.number()), lines),
                Ioctl.TIOCMIWAIT.name(), lines);
    }

    // who may use it

    /**
     * {@code ioctl(fd, TIOCEXCL)} or {@code ioctl(fd, TIOCNXCL)}: whether nobody else may open the terminal: EBUSY. Who
     * has it open keeps it, and a process with CAP_SYS_ADMIN, such as root's, may open it all the same. It ends with
     * the last close.
     *
     * @param terminal a terminal or a serial line
     * @param exclusive whether nobody else may open it
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCEXCL.2const.html">TIOCEXCL(2const)</a>
     */
    public static void setExclusive(Fd terminal, boolean exclusive) throws ErrnoException {
        Ioctl.ioctl(terminal, exclusive ? Ioctl.TIOCEXCL : Ioctl.TIOCNXCL);
    }

    /**
     * {@code ioctl(fd, TIOCGEXCL, &exclusive)}, from Linux 3.8 on.
     *
     * @param terminal a terminal or a serial line
     * @return whether nobody else may open it
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCEXCL.2const.html">TIOCGEXCL(2const)</a>
     */
    public static boolean isExclusive(Fd terminal) throws ErrnoException {
        return Ioctl.getInt(terminal, Ioctl.TIOCGEXCL) != 0;
    }

    /**
     * {@code tcgetpgrp(fd)}, which is {@code ioctl(fd, TIOCGPGRP, &pgrp)}: the process group in the foreground.
     *
     * @param terminal the controlling terminal of this process, or a {@link Pty}, which tells that of its other side
     * @return the number of the group; 0 or one that does not exist if there is none
     * @throws ErrnoException if the kernel refuses: ENOTTY (not this process's controlling terminal), EIO …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcgetpgrp.3.html">tcgetpgrp(3)</a>
     */
    public static int tcgetpgrp(Fd terminal) throws ErrnoException {
        return Ioctl.getInt(terminal, Ioctl.TIOCGPGRP);
    }

    /**
     * {@code tcsetpgrp(fd, pgrp)}, which is {@code ioctl(fd, TIOCSPGRP, &pgrp)}: puts a process group of this session
     * into the foreground. This works from the background, too, as shells need it to take their terminal back: SIGTTOU,
     * which would stop the process, is blocked for this thread during the call.
     *
     * @param terminal the controlling terminal of this process
     * @param pgrp the number of the group
     * @throws ErrnoException if the kernel refuses: ENOTTY (not this process's controlling terminal), EPERM (a group of
     *         another session), ESRCH (no such group), EINVAL (a negative number) …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcgetpgrp.3.html">tcsetpgrp(3)</a>
     */
    public static void tcsetpgrp(Fd terminal, int pgrp) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocateFrom(ValueLayout.JAVA_INT, pgrp).address();
            orThrow(terminal, TerminalCall.ioctl(
                    terminal.guard, Background.ALLOWED, Ioctl.wide(Ioctl.TIOCSPGRP.number()), address),
                    Ioctl.TIOCSPGRP.name(), "&" + pgrp);
        }
    }

    /**
     * {@code tcgetpgrp(fd) != getpgrp()}: whether a descriptor is the controlling terminal of this process, and another
     * process group is in its foreground. Then a read of it would stop this process, with all of its threads (SIGTTIN),
     * and if the terminal has {@link Termios.Flag#TOSTOP}, so would a write (SIGTTOU). A shell changes that at any time.
     *
     * @param fd any descriptor
     * @return whether the terminal is to be left alone; false if it is none, or none of this process
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcgetpgrp.3.html">tcgetpgrp(3)</a>
     */
    public static boolean isInBackground(Fd fd) {
        return TerminalCall.isInBackground(fd.guard);
    }

    /** Makes a call that changes the terminal, if that is not the foreground's now. */
    static void change(Fd terminal, Background background, Ioctl.Request request, long argument, Object... arguments)
            throws IOException {
        int result = TerminalCall.ioctl(terminal.guard, background, Ioctl.wide(request.number()), argument);
        if (result == TerminalCall.IN_BACKGROUND) {
            throw new InBackgroundException("ioctl(fd=" + terminal.guard.number() + ", " + request.name() + ")");
        }
        orThrow(terminal, result, arguments);
    }

    private static void orThrow(Fd terminal, int result, Object... arguments) throws ErrnoException {
        if (result < 0) {
            throw terminal.failed(result, "ioctl", arguments);
        }
    }
}
