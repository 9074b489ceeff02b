package dev.pollux.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.function.IntToLongFunction;

/**
 * Whoever does the work of a row.
 *
 * @param row what is done
 * @param name by whom
 * @param body does it n times
 * @param expected what the sum of all that is read then must be
 */
public record Contestant(String row, String name, Body body, IntToLongFunction expected) {
    private static final byte[] LOOP;

    static {
        try (InputStream code = Contestant.class.getResourceAsStream("Contestant$Loop.class")) {
            LOOP = code.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The work, n times. */
    public interface Body {
        /** Returns the sum of all that was read. */
        long run(int n) throws Throwable;
    }

    /** The work, once. */
    public interface Step {
        /** Returns the sum of what was read, the i-th time. */
        long run(int i) throws Throwable;
    }

    private static final class Loop implements Body {
        private final Step step;

        Loop(Step step) {
            this.step = step;
        }

        @Override
        public long run(int n) throws Throwable {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += step.run(i);
            }
            return sum;
        }
    }

    /**
     * The loop around a step, each time as a class of its own: the compiler then knows of this step only, and inlines
     * it, as if the loop were written around it.
     */
    public static Body loop(Step step) {
        try {
            return (Body) MethodHandles.lookup().defineHiddenClass(LOOP, true).lookupClass()
                    .getDeclaredConstructor(Step.class).newInstance(step);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Does the work n times, and checks the sum. */
    void run(int n) throws Throwable {
        long sum = body.run(n);
        if (sum != expected.applyAsLong(n)) {
            throw new IllegalStateException(
                    name + ": the sum of " + n + " is " + sum + ", not " + expected.applyAsLong(n));
        }
    }
}
