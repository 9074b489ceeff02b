package dev.pollux.examples.loop;

import java.time.Duration;

/** Calls back when a time has passed, or again and again. It is no search to stop it, however many there are. */
public final class Timer extends Watcher {
    static final int NOWHERE = -1;

    private final Loop.Callback callback;
    private Duration repeat;
    /** In milliseconds of the loop's clock. */
    long deadline;
    /** Where the heap has it. */
    int place = NOWHERE;
    /** For {@link TimerWheel}: its neighbours in a ring; alone, itself. */
    Timer previous = this;
    Timer next = this;

    Timer(Loop loop, Loop.Callback callback) {
        super(loop);
        this.callback = callback;
    }

    /** Calls back once, so long after {@link Loop#now}. If it runs already, it is started anew. */
    public void start(Duration timeout) {
        start(timeout, Duration.ZERO);
    }

    /** Calls back after so long, then repeatedly, unless that is zero. What was missed is not made up for. */
    public void start(Duration timeout, Duration repeat) {
        stop();
        setRepeat(repeat);
        deadline = loop.deadline(timeout);
        loop.timers.add(this);
        setActive(true);
    }

    public void stop() {
        requireOpen();
        setActive(false);
        deactivate();
    }

    /** How soon to repeat, from the next end on; zero: no more. */
    public void setRepeat(Duration repeat) {
        loop.deadline(repeat); // which checks it
        this.repeat = repeat;
    }

    /** Starts a repeating timer anew, with its repeat as the timeout, and stops any other one. */
    public void again() {
        if (repeat == null) {
            throw new IllegalStateException("this timer was never started");
        }
        if (repeat.isZero()) {
            stop();
        } else {
            start(repeat, repeat);
        }
    }

    void end() throws Exception {
        again(); // first: the callback may stop it
        callback.run();
    }

    @Override
    void deactivate() {
        if (place != NOWHERE) {
            loop.timers.remove(this);
        }
    }
}
