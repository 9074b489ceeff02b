package dev.pollux.bench;

import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One row of the calls in one JVM; what it finds goes to a file, because JMH carries one figure only. */
@State(Scope.Thread)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"})
public class CallsBench {
    /** Where the C code is; absent if there is no compiler. */
    static final String LIBRARY = "pollux.bench.calls";
    /** Where the samples go. */
    static final String SAMPLES = "pollux.bench.samples";
    /** An older jar of the library, if it is to be measured too. */
    static final String AGAINST = "pollux.bench.against";

    /** Which one. */
    @Param("")
    public String row;

    private final List<Closeable> opened = new ArrayList<>();
    private Slices slices;

    private static Optional<Path> file(String property) {
        return Optional.ofNullable(System.getProperty(property)).map(Path::of);
    }

    /** Opens the row. */
    @Setup(Level.Trial)
    public void open() throws Throwable {
        CallRow call = new CallRow(row, file(LIBRARY));
        opened.add(call);
        List<Contestant> contestants = new ArrayList<>(call.get());
        if (file(AGAINST).isPresent()) {
            OldLibrary old = new OldLibrary(file(AGAINST).get(), row);
            opened.add(old);
            contestants.removeIf(c -> !c.name().equals(Results.C) && !c.name().equals(Results.POLLUX));
            contestants.addAll(old.contestants());
        }
        slices = new Slices(contestants);
        slices.warmUp();
    }

    /** Forgets what the warm-up measured. */
    @Setup(Level.Iteration)
    public void begin() {
        slices.clear();
    }

    /** A slice of each. */
    @Benchmark
    public void slices() throws Throwable {
        slices.play();
    }

    /** Writes what was measured, and closes the row. */
    @TearDown(Level.Trial)
    public void close() throws Exception {
        List<String> lines = new ArrayList<>();
        slices.medians(Calls.TIME, sample -> lines.add(sample.toString()));
        Files.write(file(SAMPLES).orElseThrow(), lines, StandardOpenOption.APPEND);
        for (Closeable closeable : opened) {
            closeable.close();
        }
    }
}
