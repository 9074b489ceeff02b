package dev.pollux.examples.shared;

import static dev.pollux.Poll.POLLOUT;

import dev.pollux.ErrnoException;
import dev.pollux.Fcntl;
import dev.pollux.Fd;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Descriptors 0, 1 and 2. Whoever starts a program decides what they are: closed, non-blocking, a full disk, a pipe that
 * nobody reads. {@code System.out} keeps quiet about what it could not write; this one remembers, for {@link #check}.
 */
public final class Stdio {
    private static final Path NULL = Path.of("/dev/null");
    private static final int BUFFER_SIZE = 8192;

    private static Fd stdin;
    private static Output stdout;
    private static Output stderr;

    private Stdio() { }

    /** To be called first: the next descriptor that is opened may get the number of one that is closed. */
    public static void install() throws IOException {
        stdin = open(Fd.STDIN_FILENO);
        stdout = new Output("standard output", open(Fd.STDOUT_FILENO));
        stderr = new Output("standard error", open(Fd.STDERR_FILENO));
        System.setOut(stdout.printStream());
        System.setErr(stderr.printStream());
    }

    /** The descriptor, or /dev/null if it is closed: then that gets the number, unless the JVM was faster. */
    private static Fd open(int number) throws IOException {
        Fd fd = Fd.borrow(number);
        try {
            Fcntl.getFlags(fd);
            if (!isOfTheJvm(number)) {
                return fd;
            }
        } catch (ErrnoException e) {
            // EBADF
        }
        return Fcntl.open(NULL, Fcntl.O_RDWR);
    }

    /** Whether the JVM has got the number, for one of the files that it reads classes from. */
    private static boolean isOfTheJvm(int number) throws IOException {
        String jars = System.getProperty("jdk.module.path", "") + ":" + System.getProperty("java.class.path", "");
        for (String file : (System.getProperty("java.home") + "/lib/modules:" + jars).split(":")) {
            try {
                if (!file.isEmpty() && Files.isSameFile(Path.of("/proc/self/fd/" + number), Path.of(file))) {
                    return true;
                }
            } catch (NoSuchFileException e) {
                // there is no such jar, or no /proc
            }
        }
        return false;
    }

    /** Standard input: not ours to close. */
    public static Fd stdin() {
        return stdin;
    }

    /** Throws what has kept anything that was printed so far from being written. */
    public static void check() throws IOException {
        System.out.flush();
        System.err.flush();
        stdout.check();
        stderr.check();
    }

    /** Writes all of it, waiting where the descriptor is non-blocking, or nothing more: no gaps. */
    private static final class Output extends OutputStream {
        private final String name;
        private final Fd fd;
        private final MemorySegment buffer = Arena.global().allocate(BUFFER_SIZE);
        private IOException failure;

        Output(String name, Fd fd) {
            this.name = name;
            this.fd = fd;
        }

        PrintStream printStream() {
            // the names of files and the lines of stdin are UTF-8 most often, whatever the locale
            return new PrintStream(new BufferedOutputStream(this, BUFFER_SIZE), true, StandardCharsets.UTF_8);
        }

        synchronized void check() throws IOException {
            if (failure != null) {
                throw new IOException(name + ": " + failure.getMessage(), failure);
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            check();
            try {
                for (int done = 0; done < length;) {
                    MemorySegment part = buffer.asSlice(0, Math.min(length - done, BUFFER_SIZE));
                    part.copyFrom(MemorySegment.ofArray(bytes).asSlice(offset + done, part.byteSize()));
                    long n = fd.write(part);
                    if (n == Fd.WOULD_BLOCK) {
                        fd.await(POLLOUT);
                    } else {
                        done += (int) n;
                    }
                }
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
