package dev.pollux;

import dev.pollux.generated.ioctl_h;
import dev.pollux.internal.Blocking;
import dev.pollux.internal.Deadline;
import dev.pollux.internal.Link;
import dev.pollux.internal.Names;
import dev.pollux.internal.TerminalCall;
import dev.pollux.internal.TerminalCall.Argument;
import dev.pollux.internal.TerminalCall.Background;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;

/**
 * Terminals and serial lines, beyond their settings ({@link Termios}) and the size of their window ({@link Winsize}):
 * data in transit, modem lines, breaks, who may open them, and who is in the foreground. A serial line is opened by
 * {@link Fcntl#open} with {@link Fcntl#O_NOCTTY}, and with {@link Fcntl#O_NONBLOCK}: without that, opening waits until
 * the modem line DCD is on.
 *
 * <p>Calls that change the terminal are refused while the process is in its background, where they would stop the
 * whole process (SIGTTOU): see {@link InBackgroundException}.
 *
 * <p><b>Some of these calls block</b>, even on a non-blocking descriptor, and no poll tells when they would not. Each
 * says whether it blocks, and what ends it. An interrupt does not (its status is kept), nor does closing the
 * descriptor: the number stays open until the call has returned. A hang-up ends those that wait for something to be
 * sent. A call interrupted by a signal is made again, unless the descriptor has been closed meanwhile: then it throws,
 * as on a closed object. For a virtual thread, a platform thread of the library makes these calls, so that no carrier
 * is held. Calls that do not block may still take as long as a driver needs to talk to its device, over USB for
 * example.
 *
 * <p>All methods may be called by any thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_tty.2.html">ioctl_tty(2)</a>
 */
public final class Terminal {
    static {
        Link.require();
    }

    /** For {@link #tcflush}: what was received and has not been read yet. */
    public static final int TCIFLUSH = ioctl_h.TCIFLUSH();
    /** For {@link #tcflush}: what was written and has not been sent yet. */
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
    /** A modem line of this end: it is ready (data terminal ready). */
    public static final int TIOCM_DTR = ioctl_h.TIOCM_DTR();
    /** A modem line of this end: it accepts data (request to send). */
    public static final int TIOCM_RTS = ioctl_h.TIOCM_RTS();
    /** A modem line: secondary transmit. */
    public static final int TIOCM_ST = ioctl_h.TIOCM_ST();
    /** A modem line: secondary receive. */
    public static final int TIOCM_SR = ioctl_h.TIOCM_SR();
    /** A modem line of the other end: it accepts data (clear to send). */
    public static final int TIOCM_CTS = ioctl_h.TIOCM_CTS();
    /** A modem line of the other end: it is connected (data carrier detect). */
    public static final int TIOCM_CD = ioctl_h.TIOCM_CD();
    /** A modem line of the other end: an incoming call (ring indicator). */
    public static final int TIOCM_RI = ioctl_h.TIOCM_RI();
    /** A modem line of the other end: it is ready (data set ready). */
    public static final int TIOCM_DSR = ioctl_h.TIOCM_DSR();

    private Terminal() { }

    // data in transit

    /**
     * {@code tcdrain(fd)}, which is {@code ioctl(fd, TCSBRK, 1)}: waits until everything written has been sent.
     *
     * <p>It blocks for as long as that takes: for ever, if the other end has stopped the line. To end it, another
     * thread calls {@link #tcflush} with {@link #TCOFLUSH}, or restarts the line. {@link #tcdrain(Fd, Duration)} has a
     * timeout. A pseudo-terminal sends everything at once and never waits. The call changes nothing, so it is allowed
     * in the background too.
     *
     * @param terminal a terminal or a serial line
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcdrain.3.html">tcdrain(3)</a>
     */
    public static void tcdrain(Fd terminal) throws ErrnoException {
        await(terminal, Ioctl.TCSBRK, _ -> 1, 1);
    }

    /**
     * {@code ioctl(fd, TIOCOUTQ, &count)}, made again until nothing is left or the timeout ends, and then {@link
     * #tcdrain(Fd)} for the few bytes that the device still holds. The thread sleeps in between, and a virtual one
     * leaves its carrier to others. An interrupt ends the wait on any thread, and the interrupt status stays set; so
     * does closing the descriptor. What has not been sent by then is still on its way: {@link #tcflush} discards it.
     *
     * @param terminal a terminal or a serial line, to which no one else writes meanwhile
     * @param timeout how long to wait; zero asks once, more than 292 years are cut to that
     * @return true if everything has been sent; false if something was left at the timeout
     * @throws AsynchronousCloseException if the descriptor is closed meanwhile
     * @throws InterruptedIOException if the calling thread is or becomes interrupted
     * @throws ErrnoException as {@link #tcdrain(Fd)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if the descriptor is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCOUTQ.2const.html">TIOCOUTQ(2const)</a>
     */
    public static boolean tcdrain(Fd terminal, Duration timeout) throws IOException {
        if (!Blocking.tryFor(Deadline.nanos(timeout), "until all is sent", () -> Ioctl.unsent(terminal) == 0)) {
            return false;
        }
        tcdrain(terminal);
        return true;
    }

    /**
     * {@code tcflush(fd, queue)}, which is {@code ioctl(fd, TCFLSH, queue)}: discards data in transit. It does
     * not block.
     *
     * @param terminal a terminal or a serial line
     * @param queue {@link #TCIFLUSH}, {@link #TCOFLUSH} or {@link #TCIOFLUSH}
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EINVAL (no such queue), EIO (it has hung up)
     * @throws InBackgroundException if this process is in the background of its terminal
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcflush.3.html">tcflush(3)</a>
     */
    public static void tcflush(Fd terminal, int queue) throws IOException {
        change(terminal, Ioctl.TCFLSH, _ -> queue, queue);
    }

    /**
     * {@code tcflow(fd, action)}, which is {@code ioctl(fd, TCXONC, action)}: stops or restarts one
     * direction.
     *
     * <p>{@link #TCIOFF} and {@link #TCION} send a byte, and block while another thread is inside a {@code write} that
     * blocks: for ever, if the line is stopped. {@link #TCOON} by another thread ends that. The other two do
     * not block.
     *
     * @param terminal a terminal or a serial line
     * @param action {@link #TCOOFF}, {@link #TCOON}, {@link #TCIOFF} or {@link #TCION}
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EINVAL (no such action), EIO (it has hung up)
     * @throws InBackgroundException if this process is in the background of its terminal
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcflow.3.html">tcflow(3)</a>
     */
    public static void tcflow(Fd terminal, int action) throws IOException {
        change(terminal, Ioctl.TCXONC, _ -> action, action);
    }

    /**
     * {@code tcsendbreak(fd, 0)}, which is {@code ioctl(fd, TCSBRK, 0)}: waits until everything written has been sent,
     * then sends a break of a quarter of a second. It blocks for that long, and before that as {@link #tcdrain(Fd)}
     * does, which is ended in the same ways. A call interrupted by a signal is made again, so the other end may see two
     * breaks. A pseudo-terminal has no breaks: the call does nothing.
     *
     * @param terminal a terminal or a serial line
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up)
     * @throws InBackgroundException if this process is in the background of its terminal
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcsendbreak.3.html">tcsendbreak(3)</a>
     */
    public static void tcsendbreak(Fd terminal) throws IOException {
        change(terminal, Ioctl.TCSBRK, _ -> 0, 0);
    }

    /**
     * {@code ioctl(fd, TIOCSBRK)} and {@code ioctl(fd, TIOCCBRK)}: begins a break once everything written has been
     * sent, and ends it: for breaks of any length. The former blocks as {@link #tcdrain(Fd)} does, and is ended in the
     * same ways; the latter does not block. A pseudo-terminal has no breaks: the call does nothing.
     *
     * @param terminal a terminal or a serial line
     * @param on whether the break begins
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal, or a device that has no breaks), EIO …
     * @throws InBackgroundException if this process is in the background of its terminal
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TCSBRK.2const.html">TIOCSBRK(2const)</a>
     */
    public static void setBreak(Fd terminal, boolean on) throws IOException {
        change(terminal, on ? Ioctl.TIOCSBRK : Ioctl.TIOCCBRK, _ -> 0);
    }

    // modem lines

    /**
     * {@code ioctl(fd, TIOCMGET, &lines)}: which modem lines are on. It does not block.
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
     * @return for example {@code TIOCM_DTR|TIOCM_RTS}; unnamed bits as a number
     */
    public static String modemLines(int lines) {
        return Mask.toString(lines, Names::modemLines);
    }

    /**
     * {@code ioctl(fd, TIOCMBIS, &lines)}: raises modem lines and leaves the others alone. It does not
     * block.
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
     * {@code ioctl(fd, TIOCMBIC, &lines)}: drops modem lines and leaves the others alone. It does not
     * block.
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
     * {@code ioctl(fd, TIOCMIWAIT, lines)}: waits until one of the modem lines changes; {@link #modemLines(Fd)} then
     * tells how. Changes before the call do not count.
     *
     * <p>It blocks until one changes: for ever, if none does, and with some drivers even after the device is unplugged.
     * Where that can happen, call {@link #modemLines(Fd)} at intervals instead. A call interrupted by a signal is made
     * again: a change at that very moment is missed.
     *
     * @param line a serial line
     * @param lines a mask of {@link #TIOCM_CTS}, {@link #TIOCM_DSR}, {@link #TIOCM_CD} and {@link #TIOCM_RI}
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal, or one without modem lines), EIO …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCMSET.2const.html">TIOCMIWAIT(2const)</a>
     */
    public static void awaitModemLines(Fd line, int lines) throws ErrnoException {
        await(line, Ioctl.TIOCMIWAIT, _ -> lines, lines);
    }

    // what it is, and who may use it

    /**
     * {@code isatty(fd)}, which is {@code ioctl(fd, TCGETS2, &termios)} without an error. (Its path, C's {@code
     * ttyname}, is what the link {@code /proc/self/fd/0} leads to.) It does not block.
     *
     * @param fd any descriptor
     * @return whether it is a terminal; false also for one that has hung up
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/isatty.3.html">isatty(3)</a>
     */
    public static boolean isatty(Fd fd) {
        try {
            Termios.get(fd);
            return true;
        } catch (ErrnoException e) { // ENOTTY, EIO
            return false;
        }
    }

    /**
     * {@code ioctl(fd, TIOCEXCL)} or {@code ioctl(fd, TIOCNXCL)}: whether others are kept from opening the terminal
     * (EBUSY). Those that have it open keep it, and a process with CAP_SYS_ADMIN, such as one of root's, may still open
     * it. Exclusive use ends with the last close. The call does not block.
     *
     * @param terminal a terminal or a serial line
     * @param exclusive whether others are kept from opening it
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCEXCL.2const.html">TIOCEXCL(2const)</a>
     */
    public static void setExclusive(Fd terminal, boolean exclusive) throws ErrnoException {
        Ioctl.ioctl(terminal, exclusive ? Ioctl.TIOCEXCL : Ioctl.TIOCNXCL);
    }

    /**
     * {@code ioctl(fd, TIOCGEXCL, &exclusive)}, from Linux 3.8 on. It does not block.
     *
     * @param terminal a terminal or a serial line
     * @return whether others are kept from opening it
     * @throws ErrnoException if the kernel refuses: ENOTTY (no terminal), EIO (it has hung up)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCEXCL.2const.html">TIOCGEXCL(2const)</a>
     */
    public static boolean isExclusive(Fd terminal) throws ErrnoException {
        return Ioctl.getInt(terminal, Ioctl.TIOCGEXCL) != 0;
    }

    /**
     * {@code tcgetpgrp(fd)}, which is {@code ioctl(fd, TIOCGPGRP, &pgrp)}: the process group in the foreground. It
     * does not block.
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
     * which would stop the process, is blocked for this thread during the call, which does not block.
     *
     * @param terminal the controlling terminal of this process
     * @param pgrp the number of the group
     * @throws ErrnoException if the kernel refuses: ENOTTY (not this process's controlling terminal), EPERM (a group of
     *         another session), ESRCH (no such group), EINVAL (a negative number) …
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcgetpgrp.3.html">tcsetpgrp(3)</a>
     */
    public static void tcsetpgrp(Fd terminal, int pgrp) throws ErrnoException {
        await(terminal, Ioctl.TIOCSPGRP, arena -> arena.allocateFrom(ValueLayout.JAVA_INT, pgrp).address(), "&" + pgrp);
    }

    /**
     * {@code tcgetpgrp(fd) != getpgrp()}: whether a descriptor is the controlling terminal of this process, and another
     * process group is in its foreground. Then a read of it would stop this process, with all of its threads (SIGTTIN),
     * and if the terminal has {@link Termios.Flag#TOSTOP}, so would a write (SIGTTOU). A shell changes that at any
     * time. This does not block.
     *
     * @param fd any descriptor
     * @return whether the terminal is to be left alone; false if it is no terminal, or not this process's
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/tcgetpgrp.3.html">tcgetpgrp(3)</a>
     */
    public static boolean isInBackground(Fd fd) {
        return TerminalCall.isInBackground(fd.guard);
    }

    /** Makes a call that changes the terminal, if that is not the foreground's now. */
    static void change(Fd terminal, Ioctl.Request request, Argument argument, Object... shown) throws IOException {
        int result = TerminalCall.ioctl(terminal.guard, Background.REFUSED, Ioctl.wide(request.number()), argument);
        if (result == TerminalCall.IN_BACKGROUND) {
            throw new InBackgroundException("ioctl(fd=" + terminal.guard.number() + ", " + request.name() + ")");
        }
        Ioctl.orThrow(terminal, result, request, shown);
    }

    /** Makes a call that waits, or may be made from the background. */
    private static void await(Fd terminal, Ioctl.Request request, Argument argument, Object shown)
            throws ErrnoException {
        Ioctl.orThrow(terminal, TerminalCall.ioctl(
                terminal.guard, Background.ALLOWED, Ioctl.wide(request.number()), argument), request, shown);
    }
}
