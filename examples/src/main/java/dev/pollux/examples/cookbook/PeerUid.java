package dev.pollux.examples.cookbook;

import dev.pollux.Poll;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;

/** A Unix-domain socket that asks the kernel who has connected, and lets in its own user only. */
final class PeerUid {
    private PeerUid() { }

    public static void main(String[] args) throws IOException {
        try (SocketFd listener = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM)) {
            listener.bind(UnixDomainSocketAddress.of(args[0]));
            listener.listen(SocketFd.SOMAXCONN);
            System.out.println("listening");
            listener.await(Poll.POLLIN);
            try (SocketFd client = listener.accept()) {
                Sockopt.Ucred peer = client.getsockopt(Sockopt.SO_PEERCRED);
                System.out.println("uid " + peer.uid() + ", pid " + peer.pid());
            }
        }
    }
}
