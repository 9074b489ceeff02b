package dev.pollux.examples.workers;

import dev.pollux.examples.loop.Loop;
import dev.pollux.examples.loop.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * Some threads that work for a loop, and a queue with a bound before them: when it is full, the loop stops reading. A
 * result goes back as a task that is posted to the loop, which its eventfd wakes.
 *
 * <p>Patience begins when a worker begins with a task, however long that was in the queue. A task that takes longer fails
 * with a {@link TimeoutException}, and its worker is interrupted and given up: another thread takes its place, and it
 * ends if it ever comes back. That has a bound, too. When that many threads hang, places stay empty, and when all are
 * empty, tasks fail with a {@link RejectedExecutionException}, until a thread does come back.
 */
final class Pool implements AutoCloseable {
    /** How many threads may hang before places stay empty, for each worker. */
    static final int HANGING_PER_WORKER = 8;

    private final Loop loop;
    private final int workers;
    private final int capacity;
    private final long patience;
    private final Timer check;
    // under the lock of this object
    private final ArrayDeque<Task<?>> queue = new ArrayDeque<>();
    private final Set<Task<?>> begun = new HashSet<>();
    private final Set<Thread> threads = new HashSet<>();
    private int running;
    private int hanging;
    private int started;
    private boolean closed;

    /**
     * @param capacity how many tasks may wait for a worker
     * @param patience how long one may take
     */
    Pool(Loop loop, int workers, int capacity, Duration patience) {
        this.loop = loop;
        this.workers = workers;
        this.capacity = capacity;
        this.patience = patience.toNanos();
        check = loop.timer(this::check);
        check.unref();
        synchronized (this) {
            fill();
        }
    }

    /** Something to do, whose result or failure is passed to the loop's thread, unless it is cancelled before. */
    static final class Task<T> {
        private final Callable<T> work;
        private final BiConsumer<T, Throwable> then;
        private Thread worker;
        private long beginning;
        /** Nobody waits for it any more: it has ended, or failed, or is cancelled. */
        private boolean over;

        private Task(Callable<T> work, BiConsumer<T, Throwable> then) {
            this.work = work;
            this.then = then;
        }
    }

    synchronized boolean isFull() {
        return queue.size() >= capacity;
    }

    /** Puts a task into the queue; for the loop's thread, when there is room. */
    synchronized <T> Task<T> submit(Callable<T> work, BiConsumer<T, Throwable> then) {
        if (isFull()) {
            throw new IllegalStateException("the queue is full");
        }
        Task<T> task = new Task<>(work, then);
        queue.add(task);
        if (running == 0) {
            fill();
        }
        notify();
        if (!check.isActive()) {
            check.start(Duration.ofNanos(patience));
        }
        return task;
    }

    /** Takes a task out of the queue, or interrupts it: its result, if there will be one, is not passed on. */
    synchronized void cancel(Task<?> task) {
        if (!task.over) {
            task.over = true;
            if (!queue.remove(task)) {
                task.worker.interrupt(); // under the lock: it cannot meet its next task
            }
        }
    }

    /**
     * Gives up those that take too long, cancelled or not. One timer is enough: it ends when the first of them could, and
     * at the latest when one that begins now could.
     */
    private synchronized void check() {
        long now = System.nanoTime();
        long next = patience;
        for (Task<?> task : List.copyOf(begun)) {
            long left = task.beginning + patience - now;
            if (left > 0) {
                next = Math.min(next, left);
            } else {
                giveUp(task);
            }
        }
        if (!begun.isEmpty() || !queue.isEmpty()) {
            check.start(Duration.ofNanos(next));
        }
    }

    private <T> void giveUp(Task<T> task) {
        begun.remove(task);
        task.worker.interrupt();
        end(task, null, new TimeoutException("it takes too long"));
        running--;
        hanging++;
        fill();
    }

    private <T> void end(Task<T> task, T result, Throwable failure) {
        if (!task.over && !closed) {
            loop.post(() -> task.then.accept(result, failure));
        }
        task.over = true;
    }

    /** Has a worker in every place, or in as many as may be; if that is none, nobody waits for one. */
    private void fill() {
        while (!closed && running < workers && hanging < HANGING_PER_WORKER * workers && startThread()) {
            running++;
        }
        if (running == 0) {
            for (Task<?> task = queue.poll(); task != null; task = queue.poll()) {
                end(task, null, new RejectedExecutionException("all workers hang"));
            }
        }
    }

    private boolean startThread() {
        Thread thread = new Thread(this::work, "worker-" + ++started);
        thread.setDaemon(true);
        threads.add(thread);
        try {
            thread.start();
            return true;
        } catch (OutOfMemoryError e) { // the system's limit of threads
            threads.remove(thread);
            return false;
        }
    }

    private void work() {
        try {
            for (Task<?> task = take(); task != null; task = take()) {
                if (!perform(task)) {
                    return;
                }
            }
        } finally {
            synchronized (this) {
                threads.remove(Thread.currentThread());
            }
        }
    }

    private synchronized Task<?> take() {
        while (queue.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                return null; // the pool is closed
            }
        }
        Task<?> task = queue.poll();
        if (task != null) {
            task.worker = Thread.currentThread();
            task.beginning = System.nanoTime();
            begun.add(task);
        }
        return task;
    }

    /** Whether this thread has a place still. */
    private <T> boolean perform(Task<T> task) {
        T result = null;
        Throwable failure = null;
        try {
            result = task.work.call();
        } catch (Throwable e) { // whatever it is, it is the failure of this task only
            failure = e;
        }
        synchronized (this) {
            Thread.interrupted(); // that was for this task
            end(task, result, failure);
            if (begun.remove(task)) {
                return true;
            }
            hanging--;
            if (running < workers && !closed) { // nobody has taken its place
                running++;
                return true;
            }
            return false;
        }
    }

    /** Interrupts all; what is in the queue is forgotten. */
    @Override
    public synchronized void close() {
        closed = true;
        queue.clear();
        threads.forEach(Thread::interrupt);
        notifyAll();
    }
}
