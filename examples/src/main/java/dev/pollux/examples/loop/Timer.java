package dev.pollux.examples.loop;

import java.time.Duration;

/** Calls back when a time has passed, or again and again. To start and to stop it costs the same, whatever there is. */
public final class Timer extends Watcher {
    private final Loop.Callback callback;
    private Duration repeat;
    /** In milliseconds of the loop's clock. */
    long deadline;
    /** Its neighbours in a ring; alone, itself. */
    Timer previous = this;
    Timer next = this;
    /** For {@link TimerHeap}: where that has it. */
    int place;

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
        unlink();
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

    boolean isLinked() {
        return next != this;
    }

    void linkBefore(Timer other) {
        previous = other.previous;
        next = other;
        previous.next = this;
        next.previous = this;
    }

    /** This is all that it takes to stop. */
    void unlink() {
        previous.next = next;
        next.previous = previous;
        previous = this;
        next = this;
    }

    @Override
    void deactivate() {
        unlink();
    }
}
