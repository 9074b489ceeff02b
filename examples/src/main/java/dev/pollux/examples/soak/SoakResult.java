package dev.pollux.examples.soak;

import dev.pollux.examples.soak.SoakClient.Way;
import java.util.Arrays;

/** What came of the connections. */
final class SoakResult {
    /** Connections that did all they planned, by {@link Way}. */
    final long[] done = new long[Way.values().length];
    long connections;
    /** That came back, each as it was sent. */
    long bytes;
    long nanos;
    /** Of those that do not read, the most that were there at once. */
    int mostDeaf;
    private long[] responses = new long[1024];
    private int responseCount;

    void add(Way way) {
        done[way.ordinal()]++;
        connections++;
    }

    void add(SoakResult other) {
        for (int i = 0; i < done.length; i++) {
            done[i] += other.done[i];
        }
        connections += other.connections;
        bytes += other.bytes;
        nanos += other.nanos;
        mostDeaf = Math.max(mostDeaf, other.mostDeaf);
    }

    void addResponse(long nanos) {
        if (responseCount == responses.length) {
            responses = Arrays.copyOf(responses, 2 * responseCount);
        }
        responses[responseCount++] = nanos;
    }

    int responses() {
        return responseCount;
    }

    /** The time within which that part of the responses came, in milliseconds. */
    double responseMillis(double part) {
        long[] sorted = Arrays.copyOf(responses, responseCount);
        Arrays.sort(sorted);
        return responseCount == 0 ? 0 : sorted[(int) Math.min(responseCount - 1L, (long) (part * responseCount))] / 1e6;
    }
}
