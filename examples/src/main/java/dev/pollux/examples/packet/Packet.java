package dev.pollux.examples.packet;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.Fd;
import dev.pollux.PacketAddress;
import dev.pollux.SockaddrStorage;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.NetworkInterface;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What goes over a network interface: the command {@code packet}. */
@Command(name = "packet",
        description = "Prints the packets that a network interface sends and receives, as tcpdump -ntq does; at the"
                + " end, how many there were, and how many it was too slow for. Needs CAP_NET_RAW.",
        footer = {"", "Ends after --count packets; or with 130 after SIGINT, 143 after SIGTERM."})
public final class Packet implements Callable<Integer> {
    // <net/if_arp.h>: these have a header like Ethernet's
    private static final int ETHERNET = 1;
    private static final int LOOPBACK = 772;
    private static final int ETHERNET_HEADER = 14;

    private static final int LONGEST = 256 * 1024; // more than what is segmented later
    private static final int STOP = 0;
    private static final int PACKET = 1;

    /** After so many packets it is the turn of what else may have happened. */
    private static final int TURN = 64;

    @Spec
    private CommandSpec command;

    @Option(names = {"-i", "--interface"}, paramLabel = "NAME", defaultValue = "lo",
            description = "The network interface (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(names = "--count", paramLabel = "N", defaultValue = "0",
            description = "How many packets to print (default: until a signal).")
    private int count;

    @Option(names = "--promiscuous", description = "Also what is meant for other hosts.")
    private boolean promiscuous;

    private int printed;
    private int header;

    @Override
    public Integer call() throws Exception {
        NetworkInterface by = NetworkInterface.getByName(name);
        if (by == null) {
            throw new ParameterException(command.commandLine(), "there is no network interface " + name);
        }
        try (StopSignal stop = new StopSignal(); Arena arena = Arena.ofConfined(); Epoll epoll = Epoll.create();
                SocketFd socket = open(by.getIndex())) {
            epoll.add(stop.eventFd, Epoll.EPOLLIN, STOP);
            epoll.add(socket, Epoll.EPOLLIN, PACKET);
            System.out.println("packet reads " + name + ", pid " + ProcessHandle.current().pid());
            EpollEvents events = EpollEvents.allocate(arena, 2);
            MemorySegment buffer = arena.allocate(LONGEST);
            SockaddrStorage from = SockaddrStorage.allocate(arena);
            boolean stopped = false;
            while (!stopped && (count == 0 || printed < count)) {
                Stdio.check(); // else nobody is left to print for
                int n = epoll.await(events);
                for (int i = 0; i < n; i++) {
                    if (events.data(i) == STOP) {
                        stopped = true;
                    } else {
                        receive(socket, buffer, from);
                    }
                }
            }
            Sockopt.PacketStats statistics = socket.getsockopt(Sockopt.PACKET_STATISTICS);
            System.out.println("packets: " + statistics.packets() + ", lost: " + statistics.drops());
            return 0;
        }
    }

    /** Without a protocol it receives nothing, so that nothing comes from another interface before it is bound. */
    private SocketFd open(int interfaceIndex) throws IOException {
        SocketFd socket = null;
        try {
            socket = SocketFd.create(SocketFd.AF_PACKET, SocketFd.SOCK_RAW);
            if (promiscuous) {
                socket.setsockopt(Sockopt.PACKET_ADD_MEMBERSHIP, Sockopt.PacketMreq.promiscuous(interfaceIndex));
            }
            socket.bind(PacketAddress.of(Line.ETH_P_ALL, interfaceIndex));
            int kind = ((PacketAddress) socket.getsockname()).hatype();
            header = kind == ETHERNET || kind == LOOPBACK ? ETHERNET_HEADER : 0;
            // the loopback interface receives what it sends: once is enough
            socket.setsockopt(Sockopt.PACKET_IGNORE_OUTGOING, kind == LOOPBACK);
            return socket;
        } catch (ErrnoException e) {
            if (socket != null) {
                socket.close();
            }
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private void receive(SocketFd socket, MemorySegment buffer, SockaddrStorage from) throws IOException {
        for (int i = 0; i < TURN && (count == 0 || printed < count); i++) {
            long length;
            try {
                length = socket.recvfrom(buffer, SocketFd.MSG_TRUNC, from);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENETDOWN) {
                    throw e;
                }
                System.out.println(name + " is down; its packets come again when it is up"); // said once each time
                continue;
            }
            if (length == Fd.WOULD_BLOCK) {
                return;
            }
            printed++;
            long there = Math.min(length, buffer.byteSize());
            System.out.println(there < header ? "a packet of " + length + " bytes"
                    : Line.of(PacketAddress.protocol(from), buffer.asSlice(header, there - header)));
        }
    }
}
