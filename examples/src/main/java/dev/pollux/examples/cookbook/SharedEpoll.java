package dev.pollux.examples.cookbook;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.EventFd;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Threads that share an epoll: EPOLLONESHOT gives an event to one of them, and modify asks for the next one. */
final class SharedEpoll {
    private SharedEpoll() { }

    private static void work(Epoll epoll, EventFd jobs, CountDownLatch left) {
        try (Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 1); // what else is ready is for the other threads
            while (epoll.await(events) > 0) {
                for (long n = jobs.read(); n > 0; n--) {
                    left.countDown(); // the work: no other thread has this descriptor meanwhile
                }
                epoll.modify(jobs, Epoll.EPOLLIN | Epoll.EPOLLONESHOT, jobs.fd()); // reports what came meanwhile, too
            }
        } catch (IOException | IllegalStateException e) {
            return; // the epoll was closed
        }
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        CountDownLatch left = new CountDownLatch(1000);
        try (EventFd jobs = EventFd.create(); Epoll epoll = Epoll.create()) {
            epoll.add(jobs, Epoll.EPOLLIN | Epoll.EPOLLONESHOT);
            IntStream.range(0, 4).forEach(_ -> Thread.ofPlatform().start(() -> work(epoll, jobs, left)));
            for (int i = 0; i < 1000; i++) {
                jobs.write(1);
            }
            left.await();
        }
        System.out.println("all done");
    }
}
