package dev.pollux.bundle;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Pipe;
import java.io.IOException;
import java.lang.foreign.Arena;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** A bundle that uses the library's bundle: its start says what it got. */
public final class Consumer implements BundleActivator {
    @Override
    public void start(BundleContext context) throws IOException {
        try (Epoll epoll = Epoll.create(); Pipe pipe = Pipe.create(); Arena arena = Arena.ofConfined()) {
            epoll.add(pipe.reader(), Epoll.EPOLLIN);
            pipe.writer().write(arena.allocate(1));
            EpollEvents events = EpollEvents.allocate(arena, 8);
            int n = epoll.await(events);
            System.out.println(n + " " + Epoll.toString(events.events(0)) + ", from "
                    + FrameworkUtil.getBundle(Epoll.class).getSymbolicName());
        }
    }

    @Override
    public void stop(BundleContext context) {
        System.out.println("stopped");
    }
}
