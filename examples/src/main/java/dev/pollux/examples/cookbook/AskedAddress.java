package dev.pollux.examples.cookbook;

import dev.pollux.Cmsg;
import dev.pollux.ErrnoException;
import dev.pollux.Message;
import dev.pollux.Poll;
import dev.pollux.SockaddrStorage;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;

/** A UDP server on all addresses that answers each datagram from the address that it was sent to. */
final class AskedAddress {
    private AskedAddress() { }

    public static void main(String[] args) throws IOException {
        try (SocketFd udp = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_DGRAM); Arena arena = Arena.ofConfined();
                Message message = Message.allocate(arena, 1, Cmsg.space(Cmsg.IP_PKTINFO))) {
            udp.setsockopt(Sockopt.IP_PKTINFO, true);
            udp.bind(new InetSocketAddress("0.0.0.0", 0));
            System.out.println("port " + ((InetSocketAddress) udp.getsockname()).getPort());
            var buffer = arena.allocate(2048);
            message.address(SockaddrStorage.allocate(arena)); // the sender's, and then the receiver's
            for (message.buffer(buffer); udp.await(Poll.POLLIN) != 0; message.buffer(buffer)) {
                long n = udp.recvmsg(message, 0);
                int i = message.control().indexOf(Cmsg.IP_PKTINFO);
                if (n < 0 || i < 0) {
                    continue; // its checksum was wrong: gone again
                }
                var here = message.control().localAddress(i); // destination(i) may be a broadcast
                message.control().clear();
                message.control().addPacketInfo(here, 0);
                message.buffer(buffer.asSlice(0, n));
                try {
                    udp.sendmsg(message, 0);
                } catch (ErrnoException e) { // such as to port 0
                    System.out.println("no answer: " + e.getMessage());
                }
            }
        }
    }
}
