package dev.pollux.examples.cookbook;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.EventFd;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;

/** Wake a loop that waits on an epoll, from another thread, and give it something to do. */
final class WakeLoop {
    private WakeLoop() { }

    public static void main(String[] args) throws IOException {
        ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        try (Epoll epoll = Epoll.create(); EventFd wake = EventFd.create(); Arena arena = Arena.ofConfined()) {
            epoll.add(wake, Epoll.EPOLLIN);
            Thread.ofPlatform().start(new FutureTask<>(() -> {
                tasks.add(() -> System.out.println("done by " + Thread.currentThread().getName()));
                return wake.write(1); // first the task, then this
            }));
            EpollEvents events = EpollEvents.allocate(arena, 16);
            while (epoll.await(events) > 0) {
                wake.read(); // first this, then the tasks
                for (Runnable task; (task = tasks.poll()) != null;) {
                    task.run();
                    return; // a server would go on
                }
            }
        }
    }
}
