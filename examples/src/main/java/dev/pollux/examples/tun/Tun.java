package dev.pollux.examples.tun;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.ErrnoException;
import dev.pollux.EventFd;
import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.Ioctl;
import dev.pollux.SocketFd;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A network behind an interface, in which everybody answers ping: the command {@code tun}. */
@Command(name = "tun",
        description = "Makes a network interface, tun0 with 10.9.0.1, and answers pings to all of 10.9.0.0/24.",
        footer = {"", "unshare -rn examples/run tun -- ping -c 3 10.9.0.2", "", "Ends with the command, and its exit"
                + " code; without one by SIGINT (130) or SIGTERM (143)."})
public final class Tun implements Callable<Integer> {
    private static final String NAME = "tun0";
    private static final byte[] ADDRESS = {10, 9, 0, 1};
    private static final byte[] MASK = {(byte) 255, (byte) 255, (byte) 255, 0};

    // <linux/if_tun.h>, <net/if.h>
    private static final short IFF_TUN = 0x0001;
    private static final short IFF_NO_PI = 0x1000;
    private static final short IFF_UP = 0x0001;
    private static final int IFNAMSIZ = 16;

    private static final int PACKET_BYTES = 2048; // more than the MTU, 1500
    private static final int STOP = 0;
    private static final int PACKET = 1;
    private static final int ENDED = 2;

    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "COMMAND", arity = "0..*",
            description = "What to run in this network, and to end with; after --.")
    private List<String> run = List.of();

    @Override
    public Integer call() throws Exception {
        try (StopSignal stop = new StopSignal(); EventFd ended = EventFd.create(); Arena arena = Arena.ofConfined();
                Epoll epoll = Epoll.create(); Fd tun = open(arena)) {
            epoll.add(stop.eventFd, Epoll.EPOLLIN, STOP);
            epoll.add(ended, Epoll.EPOLLIN, ENDED);
            epoll.add(tun, Epoll.EPOLLIN, PACKET);
            System.out.println("tun " + NAME + " is up, 10.9.0.0/24, pid " + ProcessHandle.current().pid());
            Process process = run.isEmpty() ? null : new ProcessBuilder(run).inheritIO().start();
            try {
                if (process != null) {
                    process.onExit().thenRun(() -> wake(ended));
                }
                answer(epoll, tun, arena);
                return process == null || process.isAlive() ? 0 : process.exitValue();
            } finally {
                if (process != null) {
                    process.destroy();
                }
            }
        }
    }

    private static void wake(EventFd ended) {
        try {
            ended.write(1);
        } catch (IOException | IllegalStateException e) {
            // closed at this very moment
        }
    }

    /** The interface lives for as long as the descriptor is open. */
    private Fd open(Arena arena) throws IOException {
        Fd tun = null;
        try (SocketFd any = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_DGRAM)) {
            tun = Fcntl.open(Path.of("/dev/net/tun"), Fcntl.O_RDWR | Fcntl.O_NONBLOCK);
            MemorySegment ifreq = arena.allocate(Ioctl.TUNSETIFF.bytes(), Long.BYTES);
            MemorySegment.copy(NAME.getBytes(StandardCharsets.US_ASCII), 0, ifreq, ValueLayout.JAVA_BYTE, 0,
                    NAME.length());
            ifreq.set(ValueLayout.JAVA_SHORT, IFNAMSIZ, (short) (IFF_TUN | IFF_NO_PI));
            Ioctl.ioctl(tun, Ioctl.TUNSETIFF, ifreq);
            Ioctl.ioctl(any, Ioctl.SIOCSIFADDR, address(ifreq, ADDRESS));
            Ioctl.ioctl(any, Ioctl.SIOCSIFNETMASK, address(ifreq, MASK));
            ifreq.asSlice(IFNAMSIZ).fill((byte) 0);
            ifreq.set(ValueLayout.JAVA_SHORT, IFNAMSIZ, IFF_UP);
            Ioctl.ioctl(any, Ioctl.SIOCSIFFLAGS, ifreq);
            return tun;
        } catch (ErrnoException e) {
            if (tun != null) {
                tun.close();
            }
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** {@code struct sockaddr_in} behind the name. */
    private static MemorySegment address(MemorySegment ifreq, byte[] address) {
        ifreq.asSlice(IFNAMSIZ).fill((byte) 0);
        ifreq.set(ValueLayout.JAVA_SHORT, IFNAMSIZ, (short) SocketFd.AF_INET);
        MemorySegment.copy(address, 0, ifreq, ValueLayout.JAVA_BYTE, IFNAMSIZ + 4, address.length);
        return ifreq;
    }

    private static void answer(Epoll epoll, Fd tun, Arena arena) throws IOException {
        EpollEvents events = EpollEvents.allocate(arena, 4);
        MemorySegment packet = arena.allocate(PACKET_BYTES);
        for (;;) {
            int n = epoll.await(events);
            for (int i = 0; i < n; i++) {
                if (events.data(i) != PACKET) {
                    return;
                }
                for (long bytes = tun.read(packet); bytes > 0; bytes = tun.read(packet)) {
                    if (Echo.reply(packet, bytes)) {
                        tun.write(packet.asSlice(0, bytes)); // one that does not fit is lost, as packets may be
                    }
                }
            }
        }
    }
}
