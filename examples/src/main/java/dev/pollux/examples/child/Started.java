package dev.pollux.examples.child;

import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.Fd;
import dev.pollux.Pipe;
import dev.pollux.Poll;
import dev.pollux.Pty;
import dev.pollux.SocketFd;
import dev.pollux.Winsize;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A child that has been started, and this side of what it writes to. Closing ends it, too. */
final class Started implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** What ends the input of a terminal, at the beginning of a line: ^D. */
    private static final byte[] END = {4};

    final Process process;
    final List<Fd> outputs;

    private Started(Process process, Fd... outputs) {
        this.process = process;
        this.outputs = List.of(outputs);
    }

    /**
     * Its input and its outputs are pipes. Java opens the child's ends anew, by their names, and so they are blocking
     * there, as programs expect; ours are not. The child's are closed here once it has them: else there would be no end.
     */
    static Started onPipes(String command, byte[] input) throws IOException {
        Pipe out = Pipe.create();
        Pipe err = Pipe.create();
        try (Pipe in = Pipe.create(); Fd outEnd = out.writer(); Fd errEnd = err.writer()) {
            in.writer().write(input, 0, input.length); // it fits; who ends without reading it breaks nothing
            in.writer().close();
            Process process = new ProcessBuilder("sh", "-c", command).redirectInput(file(in.reader()))
                    .redirectOutput(file(outEnd)).redirectError(file(errEnd)).start();
            return new Started(process, out.reader(), err.reader());
        } catch (IOException e) {
            out.close();
            err.close();
            throw e;
        }
    }

    private static File file(Fd fd) {
        return new File("/proc/self/fd/" + fd.fd());
    }

    /**
     * Its input and output are one socket, whose other end is ours. A child of Java is given no descriptor but files
     * that are opened by name, which sockets cannot be. So it connects by itself, to a name that only this user can
     * reach, before it becomes the command.
     */
    static Started onSocket(String command, byte[] input) throws IOException {
        Path directory = Files.createTempDirectory("child");
        Path name = directory.resolve("socket");
        try (SocketFd listener = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM)) {
            listener.bind(UnixDomainSocketAddress.of(name));
            listener.listen(1);
            Process process = new ProcessBuilder("perl", "-e", """
                    use Socket;
                    my $s;
                    socket($s, PF_UNIX, SOCK_STREAM, 0) && connect($s, pack_sockaddr_un(shift))
                        && open(STDIN, '<&', $s) && open(STDOUT, '>&', $s) or die $!;
                    exec @ARGV or die $!;""", name.toString(), "sh", "-c", command)
                    .redirectError(Redirect.INHERIT).start();
            SocketFd socket = listener.await(Poll.POLLIN, PATIENCE) == 0 ? null : listener.accept();
            if (socket == null) {
                process.destroy();
                throw new IOException("the child has not connected");
            }
            Started started = new Started(process, socket);
            try {
                socket.write(input, 0, input.length);
                socket.shutdown(SocketFd.SHUT_WR);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EPIPE && e.errno() != Errno.ENOTCONN) { // it has ended without reading
                    started.close();
                    throw e;
                }
            }
            return started;
        } finally {
            Files.deleteIfExists(name);
            Files.delete(directory);
        }
    }

    /** It leads a session whose terminal is this one: {@code setsid} begins it, and the shell opens the terminal. */
    static Started onTerminal(String command, byte[] input) throws IOException {
        Pty pty = Pty.create();
        try {
            new Winsize(24, 80).set(pty);
            pty.write(input, 0, input.length);
            pty.write(END, 0, END.length);
            return new Started(new ProcessBuilder("setsid", "sh", "-c",
                    "exec <>\"$0\" >&0 2>&0; exec sh -c \"$1\"", pty.path().toString(), command)
                    .redirectError(Redirect.INHERIT).start(), pty);
        } catch (IOException e) {
            pty.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        for (Fd output : outputs) {
            output.close();
        }
    }
}
