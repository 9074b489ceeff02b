package dev.pollux.examples.cookbook;

import dev.pollux.Cmsg;
import dev.pollux.Fd;
import dev.pollux.Message;
import dev.pollux.SocketFd;
import dev.pollux.SocketPair;
import java.io.IOException;
import java.lang.foreign.Arena;

/**
 * Hand over a socket through a Unix-domain socket: the receiver has a descriptor of its own of the same socket. Between
 * two processes: examples/handover.
 */
final class HandOverSocket {
    private HandOverSocket() { }

    public static void main(String[] args) throws IOException {
        try (SocketPair wire = SocketPair.create(); SocketPair some = SocketPair.create();
                Arena arena = Arena.ofConfined();
                Message message = Message.allocate(arena, 1, Cmsg.space(Cmsg.SCM_RIGHTS))) {
            message.buffer(arena.allocate(1)); // at least a byte goes with it
            message.control().addRights(some.first());
            wire.first().sendmsg(message, 0);
            some.first().close(); // the one that is under way lives

            wire.second().recvmsg(message, 0);
            try (Fd received = message.control().take(0, SocketFd::adopt)) {
                received.write("hello".getBytes(), 0, 5);
                byte[] bytes = new byte[5];
                System.out.println(some.second().read(bytes, 0, 5) + " bytes: " + new String(bytes));
            }
        }
    }
}
