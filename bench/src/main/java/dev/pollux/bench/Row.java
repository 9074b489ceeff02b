package dev.pollux.bench;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;

/** What is open for the contestants of a row, and is closed with it. They belong to the thread that opened it. */
public abstract class Row implements Closeable, Supplier<List<Contestant>> {
    final Arena arena = Arena.ofConfined();
    private final Optional<Path> library;
    private final List<Contestant> contestants = new ArrayList<>();
    private final Deque<Closeable> opened = new ArrayDeque<>();

    /** With C's code, if there is a compiler. */
    Row(Optional<Path> library) {
        this.library = library;
    }

    @Override
    public final List<Contestant> get() {
        return contestants;
    }

    final void add(String row, String name, Contestant.Step step, IntToLongFunction expected) {
        contestants.add(new Contestant(row, name, Contestant.loop(step), expected));
    }

    /**
     * Adds C, if there is a compiler: a function {@code int64_t f(int64_t n, const int64_t *arguments)} that does the
     * work n times, so that calling it costs nothing, and returns the sum or -errno.
     */
    @SuppressWarnings("restricted")
    final void addC(String row, String name, String function, IntToLongFunction expected, long... arguments) {
        if (library.isPresent()) {
            MethodHandle handle = Linker.nativeLinker().downcallHandle(
                    SymbolLookup.libraryLookup(library.get(), arena).findOrThrow(function),
                    FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
            MemorySegment array = arena.allocateFrom(ValueLayout.JAVA_LONG, arguments);
            contestants.add(new Contestant(row, name, n -> (long) handle.invokeExact((long) n, array), expected));
        }
    }

    final <T extends Closeable> T opened(T object) {
        opened.push(object);
        return object;
    }

    @Override
    public void close() throws IOException {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        arena.close();
    }
}
