package dev.pollux.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The C functions that do a row's work many times, in this process, so that the call itself costs nothing. */
final class CalledC {
    private final SymbolLookup library;
    private final Arena arena;

    @SuppressWarnings("restricted")
    CalledC(Path library, Arena arena) {
        this.library = SymbolLookup.libraryLookup(library, arena);
        this.arena = arena;
    }

    /** {@code int64_t function(int64_t n, const int64_t *arguments)}, which returns a sum, or -errno. */
    @SuppressWarnings("restricted")
    CallRow.Body body(String function, long... arguments) {
        MethodHandle handle = Linker.nativeLinker().downcallHandle(library.findOrThrow(function),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
        MemorySegment array = arena.allocateFrom(ValueLayout.JAVA_LONG, arguments);
        return n -> (long) handle.invokeExact((long) n, array);
    }
}
