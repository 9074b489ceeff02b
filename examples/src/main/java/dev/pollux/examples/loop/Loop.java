package dev.pollux.examples.loop;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.EventFd;
import dev.pollux.Fd;
import dev.pollux.PidFd;
import dev.pollux.SigSet;
import dev.pollux.SignalFd;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * An event loop on one epoll, for the thread that made it; others may call {@link #post} and {@link #stop} only.
 *
 * <p>A <b>turn</b> has these phases, always in this order:
 * <ol>
 * <li>the callbacks of {@link Phase#IDLE}, then of {@link Phase#PREPARE};
 * <li>the wait, until a descriptor is ready, the first timer ends, or a task is posted; it is none at all while there is
 * a task, an idle callback, or a watcher that was closed;
 * <li>descriptors that are ready, signals and child processes among them, in the kernel's order, at most 256;
 * <li>tasks that were posted before this phase, in order;
 * <li>the callbacks of {@link Phase#CHECK};
 * <li>{@link Watcher#onClose} of those that were closed before this phase;
 * <li>timers whose time has come, by their millisecond, then in the order in which they were started; one that is
 * started now has its turn in the next one, if not later.
 * </ol>
 * {@link #run} looks at the timers once before its first turn. The clock of the loop, {@link #now}, stands still but for
 * two moments: after the wait, and before the timers.
 *
 * <p>What a callback or a task throws, be it an {@link Error}, goes to the handler that the loop was made with. Its
 * watcher is closed, and all others go on. What that handler throws ends {@link #run}.
 */
public final class Loop implements Closeable {
    private static final int BATCH = 256;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long WAKE_UP = 0;

    /** What to do. */
    public interface Callback {
        void run() throws Exception;
    }

    /** What to do about events of epoll, a signal, or the exit code of a child process. */
    public interface IntCallback {
        void run(int value) throws Exception;
    }

    /** When to call back in every turn. */
    public enum Phase { IDLE, PREPARE, CHECK }

    final Epoll epoll = Epoll.create();
    final Map<Long, FdWatcher> watchers = new HashMap<>();
    final ArrayDeque<Watcher> closing = new ArrayDeque<>();
    /** How many watchers are active and keep the loop running. */
    int counted;

    final TimerHeap timers = new TimerHeap();

    private final Thread thread = Thread.currentThread();
    private final BiConsumer<Watcher, Throwable> onError;
    private final Arena arena = Arena.ofConfined();
    private final EpollEvents events = EpollEvents.allocate(arena, BATCH);
    private final List<Map<Watcher, Callback>> hooks =
            List.of(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    private final long origin = System.nanoTime();
    private long now;
    private long lastId = WAKE_UP;
    private volatile boolean stopping;
    /** How often the eventfd was written to. */
    long wakeUps;

    // shared with other threads, under the lock of this object
    final EventFd wakeUp = EventFd.create();
    private List<Callback> posted = new ArrayList<>();
    private boolean waiting;
    private boolean closed;

    /** @param onError is told what a callback has thrown, and its watcher, which is closed; of a task, null */
    public Loop(BiConsumer<Watcher, Throwable> onError) throws ErrnoException {
        this.onError = onError;
        epoll.add(wakeUp, Epoll.EPOLLIN, WAKE_UP);
    }

    /** The clock: nanoseconds since the loop was made. */
    public long now() {
        return now;
    }

    /** Sets the clock, after a callback that took long. */
    public void updateTime() {
        now = System.nanoTime() - origin;
    }

    /** In milliseconds, rounded up: a timer may be late, and never early. What is too far away is never. */
    long deadline(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("a timer cannot take " + timeout);
        }
        long nanos = TimeUnit.NANOSECONDS.convert(timeout); // at most Long.MAX_VALUE
        return nanos == 0 ? now / NANOS_PER_MILLI
                : nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : Math.ceilDiv(now + nanos, NANOS_PER_MILLI);
    }

    /** Calls back whenever a descriptor is ready for one of these events, such as {@link Epoll#EPOLLIN}. */
    public FdWatcher watch(Fd fd, int events, IntCallback callback) throws IOException {
        FdWatcher watcher = new FdWatcher(this, ++lastId, fd, callback);
        watcher.setEvents(events);
        watchers.put(watcher.id, watcher);
        return watcher;
    }

    /** A timer, to be {@linkplain Timer#start started}. */
    public Timer timer(Callback callback) {
        return new Timer(this, callback);
    }

    /** Calls back in every turn, after those that are there already. */
    public Watcher every(Phase phase, Callback callback) {
        Map<Watcher, Callback> ofPhase = hooks.get(phase.ordinal());
        Watcher hook = new Watcher(this) {
            @Override
            void deactivate() {
                ofPhase.remove(this);
            }
        };
        ofPhase.put(hook, callback);
        hook.setActive(true);
        return hook;
    }

    /**
     * Calls back when the process has got a signal; the JVM has to be started with it blocked, see {@link SignalFd}. Of
     * several watchers of the same signal, one is called.
     */
    public Watcher signal(int signal, IntCallback callback) throws IOException {
        SignalFd fd = SignalFd.create(SigSet.empty(Arena.ofAuto()).add(signal));
        return watchOwned(fd, _ -> {
            if (fd.read() == signal) {
                callback.run(signal);
            }
        });
    }

    /** Calls back when a child process has ended, with what {@link Process#exitValue} says. It is not reaped here. */
    public Watcher child(Process process, IntCallback callback) throws IOException {
        Callback ended = () -> callback.run(process.waitFor()); // which a thread of the JDK's knows, or is about to
        try {
            Watcher[] watcher = new Watcher[1];
            watcher[0] = watchOwned(PidFd.of(process.toHandle()), _ -> {
                watcher[0].close(); // it stays readable
                ended.run();
            });
            return watcher[0];
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
            Timer timer = timer(ended); // it has been reaped already
            timer.start(Duration.ZERO);
            return timer;
        }
    }

    private FdWatcher watchOwned(Fd fd, IntCallback callback) throws IOException {
        try {
            FdWatcher watcher = watch(fd, Epoll.EPOLLIN, callback);
            watcher.onClose(fd::close);
            return watcher;
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /**
     * Has the loop run a task; by any thread, in the order of each. The eventfd is written to only if the loop waits, and
     * once for all that come before it wakes.
     *
     * @throws RejectedExecutionException if the loop is closed
     */
    public synchronized void post(Callback task) {
        if (closed) {
            throw new RejectedExecutionException("the loop is closed");
        }
        posted.add(task);
        wake();
    }

    /** Ends {@link #run} after this turn, or before its first; by any thread. */
    public void stop() {
        stopping = true;
        wake();
    }

    private synchronized void wake() {
        if (waiting) {
            waiting = false;
            try {
                wakeUp.write(1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Whether there is anything to run for. */
    public synchronized boolean isAlive() {
        return counted > 0 || !closing.isEmpty() || !posted.isEmpty();
    }

    /** Takes turns, until there is nothing to run for, which is false, or somebody calls {@link #stop}. */
    public boolean run() throws IOException {
        requireOwnThread();
        if (!stopping) {
            runTimers();
        }
        while (!stopping && isAlive()) {
            turn(true);
        }
        stopping = false;
        return isAlive();
    }

    /** Takes one turn; if it may, it waits for something to happen. */
    public boolean runOnce(boolean mayWait) throws IOException {
        requireOwnThread();
        turn(mayWait);
        stopping = false;
        return isAlive();
    }

    private void turn(boolean mayWait) throws IOException {
        runHooks(Phase.IDLE);
        runHooks(Phase.PREPARE);
        int n = await(mayWait);
        updateTime();
        for (int i = 0; i < n; i++) {
            if (events.data(i) == WAKE_UP) {
                wakeUps += wakeUp.read();
            } else {
                FdWatcher watcher = watchers.get(events.data(i));
                if (watcher != null) { // else closed by one before it
                    int found = events.events(i);
                    call(watcher, () -> watcher.callback.run(found));
                }
            }
        }
        for (Callback task : takePosted()) {
            call(null, task);
        }
        runHooks(Phase.CHECK);
        for (int left = closing.size(); left > 0; left--) {
            Watcher watcher = closing.remove();
            call(watcher, watcher.onClose);
        }
        runTimers();
    }

    private int await(boolean mayWait) throws IOException {
        boolean waits = beginToWait(mayWait && counted > 0 && closing.isEmpty() && hooks.getFirst().isEmpty());
        long next = timers.next();
        int n = epoll.awaitNanos(events, !waits ? 0 : next > Long.MAX_VALUE / NANOS_PER_MILLI ? Long.MAX_VALUE
                : Math.max(0, next * NANOS_PER_MILLI - (System.nanoTime() - origin)));
        beginToWait(false);
        return n;
    }

    private synchronized boolean beginToWait(boolean mayWait) {
        waiting = mayWait && posted.isEmpty() && !stopping;
        return waiting;
    }

    private synchronized List<Callback> takePosted() {
        List<Callback> taken = posted;
        posted = new ArrayList<>();
        return taken;
    }

    private void runHooks(Phase phase) {
        for (Map.Entry<Watcher, Callback> hook : List.copyOf(hooks.get(phase.ordinal()).entrySet())) {
            if (!hook.getKey().isClosed()) { // by one before it
                call(hook.getKey(), hook.getValue());
            }
        }
    }

    private void runTimers() {
        updateTime();
        long time = now / NANOS_PER_MILLI;
        long last = timers.lastOrder; // what the callbacks start is for the next turn
        for (Timer timer = timers.take(time, last); timer != null; timer = timers.take(time, last)) {
            call(timer, timer::end);
        }
    }

    private void call(Watcher watcher, Callback callback) {
        try {
            callback.run();
        } catch (Throwable e) { // whatever it is, it concerns nobody else
            try {
                if (watcher != null) {
                    watcher.close();
                }
            } catch (IOException | RuntimeException suppressed) {
                e.addSuppressed(suppressed);
            }
            onError.accept(watcher, e);
        }
    }

    void requireOwnThread() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("this is the loop of " + thread + "; others may post() to it");
        }
    }

    /** Closes the watchers of descriptors, with {@link Watcher#onClose}. Timers and tasks are forgotten. */
    @Override
    public void close() throws IOException {
        requireOwnThread();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try (arena; epoll; wakeUp) {
            for (FdWatcher watcher : List.copyOf(watchers.values())) {
                watcher.close();
            }
            for (Watcher watcher = closing.poll(); watcher != null; watcher = closing.poll()) {
                call(watcher, watcher.onClose);
            }
        }
    }
}
