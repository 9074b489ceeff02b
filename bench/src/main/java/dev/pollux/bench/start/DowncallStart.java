package dev.pollux.bench.start;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** One downcall with errno captured: the least that a program can do that calls C by itself. */
public final class DowncallStart {
    private DowncallStart() { }

    /** Takes no arguments, and prints when it began and when the call had returned. */
    @SuppressWarnings("restricted")
    public static void main(String[] args) throws Throwable {
        long entered = System.nanoTime();
        Linker linker = Linker.nativeLinker();
        MethodHandle getpid = linker.downcallHandle(linker.defaultLookup().findOrThrow("getpid"),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                Linker.Option.captureCallState("errno")); // getpid takes no arguments, and leaves these alone
        MemorySegment errno = Arena.global().allocate(Linker.Option.captureStateLayout());
        long pid = (int) (long) getpid.invokeExact(errno, 0L, MemorySegment.NULL, 0L, 0L, 0L, 0L);
        long called = System.nanoTime();
        if (pid != ProcessHandle.current().pid()) {
            throw new IllegalStateException("getpid says " + pid);
        }
        System.out.println(entered + " " + called);
    }
}
