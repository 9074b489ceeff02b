package dev.pollux.examples.cookbook;

import dev.pollux.Fcntl;
import dev.pollux.Poll;
import dev.pollux.SocketFd;
import java.io.IOException;

/** Serve on the socket that systemd has opened: descriptor 3, if LISTEN_FDS and LISTEN_PID say so. */
final class SocketActivation {
    private SocketActivation() { }

    public static void main(String[] args) throws IOException {
        String pid = System.getenv("LISTEN_PID");
        long own = ProcessHandle.current().pid();
        if (!"1".equals(System.getenv("LISTEN_FDS")) || !Long.toString(own).equals(pid)) {
            System.out.println(pid == null ? "nobody has passed a socket" : "LISTEN_PID is " + pid + " and this is "
                    + own + ": start java by exec, without a shell in between; and LISTEN_FDS has to be 1");
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
