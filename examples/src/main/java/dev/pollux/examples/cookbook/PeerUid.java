package dev.pollux.examples.cookbook;

import dev.pollux.ErrnoException;
import dev.pollux.Poll;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Unix-domain socket that asks the kernel who has connected, and lets in its own user only. */
final class PeerUid {
    private PeerUid() { }

    public static void main(String[] args) throws IOException {
        try (SocketFd listener = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM)) {
            int own = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            Files.deleteIfExists(Path.of(args[0])); // of the last run: bind makes it, and nobody deletes it
            listener.bind(UnixDomainSocketAddress.of(args[0]));
            listener.listen(SocketFd.SOMAXCONN);
            System.out.println("listening");
            while (listener.await(Poll.POLLIN) != 0) {
                try (SocketFd client = listener.accept()) {
                    if (client == null) {
                        continue; // gone again
                    }
                    Sockopt.Ucred peer = client.getsockopt(Sockopt.SO_PEERCRED);
                    boolean welcome = peer.uid() == own;
                    System.out.println("uid " + peer.uid() + ", pid " + peer.pid() + (welcome ? "" : ": not let in"));
                    if (welcome) {
                        client.write("hello\n".getBytes(), 0, 6);
                    }
                } catch (ErrnoException e) {
                    System.out.println("gone: " + e.getMessage());
                }
            }
        }
    }
}
