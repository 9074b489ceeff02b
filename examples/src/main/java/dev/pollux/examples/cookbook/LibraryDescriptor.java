package dev.pollux.examples.cookbook;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.pollux.Fd;
import dev.pollux.Poll;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/** Wait for a descriptor that a C library has made: here libc's eventfd, with a 1 in it. */
final class LibraryDescriptor {
    private LibraryDescriptor() { }

    @SuppressWarnings("restricted")
    public static void main(String[] args) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle eventfd = linker.downcallHandle(linker.defaultLookup().findOrThrow("eventfd"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        int number = (int) eventfd.invokeExact(1, 0);
        try (Fd fd = Fd.adopt(number)) { // ours to close; were it the library's: Fd.borrow(number)
            int ready = fd.await(Poll.POLLIN, Duration.ofSeconds(5));
            System.out.println(Poll.toString(ready));
        }
    }
}
