package dev.pollux.examples.cookbook;

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
            Files.deleteIfExists(Path.of(args[0])); // of a server that has ended
            listener.bind(UnixDomainSocketAddress.of(args[0]));
            listener.listen(SocketFd.SOMAXCONN);
            int own = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            System.out.println("listening");
            for (boolean served = false; !served;) {
                listener.await(Poll.POLLIN);
                try (SocketFd client = listener.accept()) {
                    Sockopt.Ucred peer = client.getsockopt(Sockopt.SO_PEERCRED);
                    served = peer.uid() == own; // else the connection is closed
                    System.out.println((served ? "uid " : "not served: uid ") + peer.uid() + ", pid " + peer.pid());
                }
            }
        }
    }
}
