package dev.pollux;

import dev.pollux.internal.Closing;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Scratch;
import java.io.Closeable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Both ends of a pipe.
 *
 * <p>There is no way from a {@link Process}'s stream to an {@link Fd}. But a child can have an end of a pipe, as a file
 * that it is redirected to: {@code redirectOutput(new File("/proc/self/fd/" + pipe.writer().fd()))}, after which the
 * writer is closed here. {@link PidFd} shows all of it.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code ChildOutput}.
 *
 * @param reader the end to read from. Once every duplicate of the other end is closed and the pipe is empty, poll
 *        reports a hang-up without readability: still read it until 0
 * @param writer the end to write to; EPIPE once every duplicate of the other end is closed
 * @see <a href="https://man7.org/linux/man-pages/man7/pipe.7.html">pipe(7)</a>
 */
public record Pipe(Fd reader, Fd writer) implements Closeable {
    /**
     * {@code pipe2(fds, O_CLOEXEC | O_NONBLOCK)}.
     *
     * @return a new pipe, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE
     * @see <a href="https://man7.org/linux/man-pages/man2/pipe.2.html">pipe(2)</a>
     */
    public static Pipe create() throws ErrnoException {
        return create(Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK);
    }

    /**
     * {@code pipe2(fds, flags)}, with exactly these flags.
     *
     * @param flags {@link Fcntl#O_CLOEXEC}, {@link Fcntl#O_NONBLOCK}, {@link Fcntl#O_DIRECT} (packets), or 0
     * @return a new pipe, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE; EINVAL for unknown flags
     * @see <a href="https://man7.org/linux/man-pages/man2/pipe.2.html">pipe(2)</a>
     */
    public static Pipe create(int flags) throws ErrnoException {
        Closing.requireStack();
        MemorySegment s = Scratch.take();
        try {
            int result = Libc.pipe2(s, s.address() + Scratch.WORD, flags);
            if (result < 0) {
                throw ErrnoException.of(-result, "pipe2", "flags=" + ErrnoException.octal(flags));
            }
            int reader = s.get(ValueLayout.JAVA_INT, Scratch.WORD);
            int writer = s.get(ValueLayout.JAVA_INT, Scratch.WORD + Integer.BYTES);
            try {
                return new Pipe(Fd.adopt(reader), Fd.adopt(writer));
            } catch (VirtualMachineError e) {
                throw Closing.unowned(reader, Closing.unowned(writer, e));
            }
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * Closes both ends; one that is closed already is skipped.
     *
     * @throws ErrnoException as {@link Fd#close}
     */
    @Override
    public void close() throws ErrnoException {
        try (reader) {
            writer.close();
        }
    }
}
