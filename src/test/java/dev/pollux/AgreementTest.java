package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.Agreement.Act;
import dev.pollux.Agreement.Kind;
import dev.pollux.Agreement.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * epoll, poll and select find the same ready, which is what a model says, whatever has happened to the descriptors.
 * A failure names its seed; {@code -Dpollux.agreement=SEED} begins with that one.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AgreementTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 60;
    private static final int MOST_OPEN = 30;
    private static final long FIXED = 1_000_000;

    private static final int[] AMOUNTS = {1, 2, 100, 4095, 4096, 4097, 20_000, 65_536};
    private static final int[] LEAST_NUMBERS = {0, 0, 62, 64, 127, 300, 511, 700};
    private static final int[] BITS = {Poll.POLLIN, Poll.POLLIN, Poll.POLLOUT, Poll.POLLOUT, Poll.POLLPRI,
        Poll.POLLPRI, Poll.POLLRDHUP, Poll.POLLRDNORM, Poll.POLLWRNORM};

    private static final Map<Kind, List<Act>> ACTS = Map.of(
            Kind.READER, List.of(Act.READ, Act.READ, Act.DRAIN, Act.WATCH, Act.CLOSE),
            Kind.WRITER, List.of(Act.WRITE, Act.WRITE, Act.FILL, Act.WATCH, Act.CLOSE),
            Kind.SOCKET, List.of(Act.WRITE, Act.WRITE, Act.READ, Act.FILL, Act.DRAIN, Act.SHUT_WR, Act.SHUT_RD,
                    Act.TAKE_ERROR, Act.WATCH, Act.CLOSE),
            Kind.EVENTFD, List.of(Act.WRITE, Act.READ, Act.FILL, Act.DRAIN, Act.WATCH, Act.CLOSE),
            Kind.ATTRIBUTE, List.of(Act.READ, Act.DRAIN, Act.WATCH, Act.WATCH, Act.CLOSE));

    private record Failure(int step, Throwable thrown) { }

    private boolean withAttribute;
    private int seen;

    @Test
    void theThreeWaitsAgreeWithEachOtherAndTheModel() throws IOException {
        check(FIXED);
        int possible = Poll.POLLIN | Poll.POLLOUT | Poll.POLLERR | Poll.POLLHUP | Poll.POLLRDHUP | Poll.POLLRDNORM
                | Poll.POLLWRNORM | (withAttribute ? Poll.POLLPRI : 0);
        assertEquals(Poll.toString(possible), Poll.toString(seen), "what the steps made ready");
    }

    @ParameterizedTest(name = "from seed {0} on")
    @MethodSource("base")
    void theyAgreeOnWhatNobodyHasTriedYet(long base) throws IOException {
        System.out.println("AgreementTest: seeds from " + base + " on");
        check(base);
    }

    static LongStream base() {
        return LongStream.of(Long.getLong("pollux.agreement", new SplittableRandom().nextLong(1L << 40)));
    }

    @Test
    void shrinkingKeepsWhatFailsAndNothingElse() {
        List<Integer> needed = List.of(7, 23, 24, 59);
        List<Integer> all = IntStream.range(0, 60).boxed().toList();
        assertEquals(needed, shrink(all, some -> some.containsAll(needed)));
    }

    private void check(long base) throws IOException {
        assumeTrue(Support.openFilesLimit() >= FdSet.FD_SETSIZE, "the limit of open files is too low");
        withAttribute = Agreement.hasAttribute();
        for (long seed = base; seed < base + SEEDS; seed++) {
            List<Step> steps = steps(new SplittableRandom(seed));
            Failure failure = run(steps);
            if (failure != null) {
                List<Step> few = shrink(steps.subList(0, failure.step + 1), some -> run(some) != null);
                Failure last = run(few);
                StringBuilder text = new StringBuilder("seed " + seed + " fails, of its steps these are enough:");
                few.forEach(step -> text.append("\n    ").append(step));
                fail(text.append("\n    -> ").append(last == null ? "not every time" : last.thrown).toString(),
                        last == null ? failure.thrown : last.thrown);
            }
        }
    }

    private @Nullable Failure run(List<Step> steps) {
        int done = 0;
        try (Agreement agreement = new Agreement()) {
            for (; done < steps.size(); done++) {
                agreement.apply(steps.get(done));
                agreement.check();
            }
            seen |= agreement.seen();
            return null;
        } catch (IOException | RuntimeException | AssertionError e) {
            return new Failure(Math.min(done, steps.size() - 1), e);
        }
    }

    /** Leaves out what is not needed to fail: halves, quarters, at last single items, until none can be spared. */
    private static <T> List<T> shrink(List<T> failing, Predicate<List<T>> fails) {
        List<T> items = failing;
        for (int size = Math.max(1, items.size() / 2);;) {
            boolean shorter = false;
            for (int from = 0; from < items.size();) {
                List<T> fewer = new ArrayList<>(items);
                fewer.subList(from, Math.min(from + size, items.size())).clear();
                if (fails.test(fewer)) {
                    items = fewer;
                    shorter = true;
                } else {
                    from += size;
                }
            }
            if (size == 1 && !shorter) {
                return items;
            }
            size = Math.max(1, size / 2);
        }
    }

    private List<Step> steps(SplittableRandom random) {
        List<Step> steps = new ArrayList<>();
        TreeMap<Integer, Kind> open = new TreeMap<>();
        int next = 0;
        while (steps.size() < STEPS) {
            Act act;
            int end;
            int amount;
            if (open.size() < MOST_OPEN && (open.isEmpty() || random.nextInt(5) == 0)) {
                act = random.nextBoolean() ? Act.SOCKETS : random.nextBoolean() ? Act.PIPE
                        : withAttribute && random.nextBoolean() ? Act.ATTRIBUTE : Act.EVENTFD;
                end = next;
                for (Kind kind : kinds(act)) {
                    open.put(next++, kind);
                }
                amount = any(random, LEAST_NUMBERS);
            } else {
                end = List.copyOf(open.keySet()).get(random.nextInt(open.size()));
                List<Act> acts = ACTS.get(open.get(end));
                act = acts.get(random.nextInt(acts.size()));
                amount = act == Act.CLOSE ? random.nextInt(2) : any(random, AMOUNTS);
                if (act == Act.CLOSE) {
                    open.remove(end);
                }
            }
            steps.add(new Step(act, end, amount, interest(random), random.nextLong()));
        }
        return steps;
    }

    private static List<Kind> kinds(Act opening) {
        return switch (opening) {
            case PIPE -> List.of(Kind.READER, Kind.WRITER);
            case SOCKETS -> List.of(Kind.SOCKET, Kind.SOCKET);
            case EVENTFD -> List.of(Kind.EVENTFD);
            case ATTRIBUTE -> List.of(Kind.ATTRIBUTE);
            default -> throw new AssertionError(opening);
        };
    }

    private static int interest(SplittableRandom random) {
        int bits = 0;
        for (int bit : BITS) {
            bits |= random.nextBoolean() ? bit : 0;
        }
        return bits;
    }

    private static int any(SplittableRandom random, int[] values) {
        return values[random.nextInt(values.length)];
    }
}
