package dev.pollux.examples.workers;

import dev.pollux.examples.loop.Loop;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;

/**
 * Some threads that work for a loop, and a queue with a bound before them: what does not fit is refused, and the loop
 * stops reading. A result goes back as a task that is posted to the loop, which its eventfd wakes.
 *
 * <p>A task that is cancelled is not begun, or interrupted. A worker that does not end then is given up: another thread
 * takes its place, as long as there are not too many of that kind, and it ends if it ever comes back.
 */
final class Pool implements AutoCloseable {
    /** How many threads may hang before their places stay empty, for each worker. */
    private static final int HANGING_PER_WORKER = 8;

    private final Loop loop;
    private final int workers;
    private final int capacity;
    // under the lock of this object
    private final ArrayDeque<Task<?>> queue = new ArrayDeque<>();
    private final Set<Thread> threads = new HashSet<>();
    private int running;
    private int hanging;
    private int started;
    private boolean closed;

    /** @param capacity how many tasks may wait for a worker */
    Pool(Loop loop, int workers, int capacity) {
        this.loop = loop;
        this.workers = workers;
        this.capacity = capacity;
        synchronized (this) {
            fill();
        }
    }

    /** Something to do, whose result or failure is passed to the loop's thread, unless it is cancelled before. */
    static final class Task<T> {
        private final Callable<T> work;
        private final BiConsumer<T, Throwable> then;
        private Thread worker;
        /** By whoever comes first: the worker that has ended, or the loop that cancels. */
        private boolean over;

        private Task(Callable<T> work, BiConsumer<T, Throwable> then) {
            this.work = work;
            this.then = then;
        }
    }

    /** A task in the queue, or null if that is full. */
    synchronized <T> Task<T> submit(Callable<T> work, BiConsumer<T, Throwable> then) {
        if (isFull()) {
            return null;
        }
        Task<T> task = new Task<>(work, then);
        queue.add(task);
        notify();
        return task;
    }

    synchronized boolean isFull() {
        return queue.size() >= capacity;
    }

    /** Gives a task up: its result, if there is one yet, is not passed on. */
    synchronized void cancel(Task<?> task) {
        if (task.over) {
            return;
        }
        task.over = true;
        if (task.worker == null) {
            queue.remove(task);
        } else { // under the lock: the interrupt cannot meet its next task
            task.worker.interrupt();
            running--;
            hanging++;
            fill();
        }
    }

    private void fill() {
        while (!closed && running < workers && hanging <= HANGING_PER_WORKER * workers) {
            Thread thread = new Thread(this::work, "worker-" + ++started);
            thread.setDaemon(true);
            threads.add(thread);
            running++;
            try {
                thread.start();
            } catch (OutOfMemoryError e) { // the system's limit of threads: with the next one that hangs, again
                threads.remove(thread);
                running--;
                return;
            }
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
        }
        return task;
    }

    /** Whether this thread still has its place. */
    private <T> boolean perform(Task<T> task) {
        T result = null;
        Throwable failure = null;
        try {
            result = task.work.call();
        } catch (Throwable e) { // whatever it is, it is the failure of this task only
            failure = e;
        }
        synchronized (this) {
            if (!task.over) {
                task.over = true;
                T value = result;
                Throwable thrown = failure;
                if (!closed) {
                    loop.post(() -> task.then.accept(value, thrown));
                }
                return true;
            }
            Thread.interrupted();
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
