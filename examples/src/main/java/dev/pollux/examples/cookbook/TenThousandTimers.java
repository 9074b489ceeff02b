package dev.pollux.examples.cookbook;

import dev.pollux.Poll;
import dev.pollux.TimerFd;
import java.io.IOException;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Ten thousand timers with one descriptor: a heap of times, of which the kernel knows the next one. */
final class TenThousandTimers {
    private TenThousandTimers() { }

    public static void main(String[] args) throws IOException {
        SplittableRandom random = new SplittableRandom();
        PriorityQueue<Long> ends = new PriorityQueue<>();
        for (int i = 0; i < 10_000; i++) {
            ends.add(System.nanoTime() + random.nextLong(1_000_000_000));
        }
        try (TimerFd timer = TimerFd.create()) { // in a server, one descriptor more in its epoll
            while (!ends.isEmpty()) {
                timer.setNanos(Math.max(0, ends.peek() - System.nanoTime()), 0); // what is past expires at once
                timer.await(Poll.POLLIN);
                timer.read();
                while (!ends.isEmpty() && ends.peek() - System.nanoTime() <= 0) {
                    ends.remove(); // this one is over
                }
            }
        }
        System.out.println("all over");
    }
}
