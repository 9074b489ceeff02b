package dev.pollux.examples.netlink;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.Fd;
import dev.pollux.NetlinkAddress;
import dev.pollux.SockaddrStorage;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Links and addresses that come and go: the command {@code netlink}. */
@Command(name = "netlink",
        description = "Prints network interfaces and their addresses as they come, change and go, as ip monitor does."
                + " Where the kernel could not tell everything, it is asked for all again, and what is different is"
                + " printed.",
        footer = {"", "ip link add v0 type veth peer name v1; ip address add 10.9.9.1/24 dev v0; ip link del v0", "",
            "Ends with 130 after SIGINT, 143 after SIGTERM."})
public final class Netlink implements Callable<Integer> {
    // <linux/rtnetlink.h>: the groups of links, and of addresses of IPv4 and IPv6
    private static final int GROUPS = 0x1 | 0x10 | 0x100;

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int REQUEST_BYTES = Messages.HEADER + 16;
    private static final int STOP = 0;
    private static final int NETLINK = 1;

    /** After so many messages it is the turn of what else may have happened. */
    private static final int TURN = 64;

    @Option(names = "--receive-buffer", paramLabel = "BYTES", defaultValue = "0",
            description = "Room for messages that were not read yet; with little of it, messages are soon lost"
                    + " (default: the system's).")
    private int receiveBuffer;

    private final State state = new State();
    private SocketFd socket;
    private MemorySegment request;
    private int portId;

    /** What was asked for last, 0 if all is answered; its number; and whether that has to be done again. */
    private int asked;
    private int sequence;
    private boolean again;
    private boolean quiet = true;

    @Override
    public Integer call() throws Exception {
        try (StopSignal stop = new StopSignal(); Arena arena = Arena.ofConfined(); Epoll epoll = Epoll.create();
                SocketFd netlink = SocketFd.create(SocketFd.AF_NETLINK, SocketFd.SOCK_RAW, NetlinkAddress.NETLINK_ROUTE,
                        SocketFd.SOCK_NONBLOCK | SocketFd.SOCK_CLOEXEC)) {
            socket = netlink;
            request = arena.allocate(REQUEST_BYTES, Integer.BYTES);
            if (receiveBuffer > 0) {
                socket.setsockopt(Sockopt.SO_RCVBUF, receiveBuffer);
            }
            socket.bind(NetlinkAddress.of(0, GROUPS));
            portId = ((NetlinkAddress) socket.getsockname()).pid();
            ask(State.RTM_GETLINK);
            epoll.add(stop.eventFd, Epoll.EPOLLIN, STOP);
            epoll.add(socket, Epoll.EPOLLIN, NETLINK);
            EpollEvents events = EpollEvents.allocate(arena, 2);
            MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
            SockaddrStorage from = SockaddrStorage.allocate(arena);
            for (;;) {
                Stdio.check(); // else nobody is left to print for
                int n = epoll.await(events);
                for (int i = 0; i < n; i++) {
                    if (events.data(i) == STOP) {
                        return 0;
                    }
                    receive(buffer, from);
                }
            }
        }
    }

    /** All links first, so that addresses can name theirs; then all addresses. */
    private void ask(int type) throws IOException {
        if (type == State.RTM_GETLINK) {
            state.begin();
            again = false;
        }
        asked = type;
        Messages.dump(request, type, ++sequence);
        socket.send(request, 0);
    }

    private void receive(MemorySegment buffer, SockaddrStorage from) throws IOException {
        for (int i = 0; i < TURN; i++) {
            long length;
            try {
                length = socket.recvfrom(buffer, SocketFd.MSG_TRUNC, from);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENOBUFS) {
                    throw e;
                }
                lost("the queue was full");
                continue;
            }
            if (length == Fd.WOULD_BLOCK) {
                return;
            }
            if (NetlinkAddress.pid(from) != 0) {
                continue; // any process may write to this socket: only the kernel's number is 0
            }
            if (length > buffer.byteSize()) {
                lost("a message of " + length + " bytes did not fit");
                continue;
            }
            take(new Messages(buffer, length));
        }
    }

    /** The kernel says so once: what it told last is not all that there was to tell. */
    private void lost(String why) throws IOException {
        System.out.println("messages were lost, " + why + ": asking for all again");
        if (asked != 0) {
            again = true; // only one question at a time
        } else {
            ask(State.RTM_GETLINK);
        }
    }

    private void take(Messages messages) throws IOException {
        while (messages.next()) {
            // what others have caused has their numbers
            boolean isAnswer = asked != 0 && messages.sequence() == sequence && messages.portId() == portId;
            if (isAnswer && (messages.flags() & Messages.NLM_F_DUMP_INTR) != 0) {
                again = true; // something changed while the kernel listed it
            }
            switch (messages.type()) {
                case Messages.NLMSG_DONE -> {
                    if (isAnswer) {
                        done();
                    }
                }
                case Messages.NLMSG_ERROR -> {
                    if (isAnswer && messages.has(Integer.BYTES) && messages.i32(0) != 0) {
                        throw new IOException("the kernel does not tell its links: " + Errno.text(-messages.i32(0)));
                    }
                }
                default -> print(state.take(messages, !isAnswer), isAnswer);
            }
        }
    }

    private void print(String line, boolean isAnswer) {
        if (line != null && !(quiet && isAnswer)) {
            System.out.println(line);
        }
    }

    private void done() throws IOException {
        if (again) {
            ask(State.RTM_GETLINK);
        } else if (asked == State.RTM_GETLINK) {
            ask(State.RTM_GETADDR);
        } else {
            asked = 0;
            state.end(line -> print(line, true));
            System.out.println("netlink knows all: " + state + (quiet ? ", pid " + ProcessHandle.current().pid() : ""));
            quiet = false;
        }
    }
}
