package dev.pollux.examples.cookbook;

import dev.pollux.Fcntl;
import dev.pollux.Poll;
import dev.pollux.SocketFd;
import java.io.IOException;

/** Serve on the socket that systemd has opened: descriptor 3, if LISTEN_FDS and LISTEN_PID say so. */
final class SocketActivation {
    private SocketActivation() { }

    public static void main(String[] args) throws IOException {
        if (!"1".equals(System.getenv("LISTEN_FDS"))
                || !Long.toString(ProcessHandle.current().pid()).equals(System.getenv("LISTEN_PID"))) {
            System.out.println("nobody has passed a socket");
            return;
        }
        try (SocketFd listener = SocketFd.adopt(3)) {
            Fcntl.setCloseOnExec(listener, true); // or children would have it
            Fcntl.setNonBlocking(listener, true);
            listener.await(Poll.POLLIN);
            try (SocketFd client = listener.accept()) {
                if (client != null) {
                    client.write("hello\n".getBytes(), 0, 6);
                }
            }
        }
    }
}
