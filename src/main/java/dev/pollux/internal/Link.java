package dev.pollux.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Objects;

/**
 * The only class that touches the {@link Linker} and its options.
 *
 * <p><b>Shapes.</b> The linker makes machine code for each combination of a descriptor and options, which takes a
 * program's start far longer than another function of a combination that is there already. So all functions are linked
 * with as few shapes as possible, wider than their C types:
 *
 * <table>
 * <caption>All the shapes there are</caption>
 * <tr><th>shape</th><th>errno</th><th>for</th></tr>
 * <tr><td>{@link #WIDE}</td><td>captured</td><td>every function whose only memory of the caller's is its second
 *     argument</td></tr>
 * <tr><td>{@link #WIDE}</td><td>no</td><td>those of them that leave nothing behind when they fail (epoll_ctl,
 *     epoll_wait, epoll_pwait2, poll and ppoll of one descriptor, F_GETFL), and syscall for membarrier, whose errno
 *     nobody asks for</td></tr>
 * <tr><td>memory first</td><td>no</td><td>poll, ppoll</td></tr>
 * <tr><td>memory first</td><td>captured</td><td>the same where they failed; signal sets</td></tr>
 * <tr><td>memory first and fourth</td><td>captured</td><td>ppoll with a signal mask</td></tr>
 * <tr><td>memory second to fourth</td><td>no</td><td>select, pselect</td></tr>
 * <tr><td>memory second to fourth</td><td>captured</td><td>the same where they failed</td></tr>
 * <tr><td>memory second to fourth, and sixth</td><td>captured</td><td>pselect with a signal mask</td></tr>
 * <tr><td>memory second and fifth</td><td>captured</td><td>epoll_pwait and epoll_pwait2 with a signal mask, recvfrom,
 *     sendto</td></tr>
 * <tr><td>memory third</td><td>no</td><td>syscall for epoll_pwait2, where libc lacks it</td></tr>
 * <tr><td>memory third</td><td>captured</td><td>the same where it failed; ioctl</td></tr>
 * <tr><td>memory third, sixth and seventh</td><td>captured</td><td>syscall for epoll_pwait2 with a signal mask, where
 *     libc lacks it; the size of that goes in the place of the seventh as a number</td></tr>
 * </table>
 *
 * <p>A function takes the shape with the least memory of the caller's that has it wherever the function does: the
 * linker takes and gives back the session of each such argument, by a virtual call once it has seen several kinds. That
 * is why one shape does not serve all of these. And a number that stands where a shape has memory is made a segment for
 * each call, which no wait may do.
 *
 * <p><b>Why that is right</b> on the three ABIs for which it is done (System V AMD64, AAPCS64, RISC-V LP64D):
 * <ul>
 * <li>Integers and pointers go into the same registers in the same order, so a register's contents is all that counts.
 * <li>An {@code int}, also an unsigned one, is passed sign-extended. System V and AAPCS64 leave the upper half of its
 *     register undefined, so the callee does not look at it; LP64D demands just this extension, of unsigned ints too.
 *     {@code size_t}, {@code off_t} and {@code unsigned long} are 64 bits wide anyway.
 * <li>Surplus arguments are ignored as long as they are in registers, which the caller owns: six on AMD64, eight on the
 *     others. With more than six arguments a function needs a shape of its own. What syscall reads beyond those that it
 *     is given, the kernel ignores: the size of a mask of signals, if there is no mask.
 * <li>The upper half of an {@code int} result is undefined: it is cut off before anything is compared.
 * <li>Variadic integers and pointers go where named ones go. AMD64 wants in {@code al} at most the number of vector
 *     registers used, which the linker always sets; AAPCS64 as Linux has it and LP64D make no difference, as long as
 *     all of them fit into registers and none is wider than those.
 * </ul>
 *
 * <p><b>Garbage.</b> A call without errno makes no object. One that captures it makes the linker take a slice of the
 * memory for it, 40 bytes, until the compiler does away with that: in some JVMs late, in some never. So what waits is
 * called without, as long as it does not fail; but with a signal mask, where a failure says that a signal came, and is
 * said once.
 *
 * <p>Memory that belongs to the caller is passed as an {@code ADDRESS}, so that the linker keeps it alive during the
 * call. Memory that the library itself keeps alive is passed as a number.
 */
@SuppressWarnings("restricted") // a user of this module allows it native access
public final class Link {
    static final FunctionDescriptor WIDE = FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    static {
        Objects.requireNonNull(Architecture.CURRENT); // or refused, before anything is asked for that may not be there
    }

    private static final Linker LINKER = Linker.nativeLinker();

    /** Only libc: the generated lookup would ask the libraries that the application has loaded first. */
    private static final SymbolLookup LIBC = LINKER.defaultLookup();

    static final CLibrary C_LIBRARY;

    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

    static {
        try {
            // the least of the restricted methods
            ADDRESS.withTargetLayout(ValueLayout.JAVA_BYTE);
        } catch (IllegalCallerException e) {
            Error refused = new UnsatisfiedLinkError(NativeAccess.refused(Link.class.getModule()));
            refused.initCause(e);
            throw refused;
        }
        C_LIBRARY = CLibrary.of(has("gnu_get_libc_version"), has("__xpg_strerror_r"));
    }

    private Link() { }

    /**
     * Does nothing, but refuses an unsupported platform and a JVM without native access. A public class whose constants
     * are C's calls this first: they are those of the supported platforms.
     */
    public static void require() { }

    /** Whether libc has this function. */
    static boolean has(String function) {
        return LIBC.find(function).isPresent();
    }

    /** Links a C function in the wide shape; the handle's first argument is where errno is captured. */
    static MethodHandle captured(String function) {
        return LINKER.downcallHandle(address(function), WIDE, CAPTURE_ERRNO);
    }

    /** With memory of the caller's in other places, counted from 1. */
    static MethodHandle captured(String function, int... memory) {
        return LINKER.downcallHandle(address(function), shape(memory), CAPTURE_ERRNO);
    }

    /** The same two without errno, which is cheaper. */
    static MethodHandle plain(String function) {
        return LINKER.downcallHandle(address(function), WIDE);
    }

    static MethodHandle plain(String function, int... memory) {
        return LINKER.downcallHandle(address(function), shape(memory));
    }

    static FunctionDescriptor shape(int... memory) {
        MemoryLayout[] arguments = new MemoryLayout[Math.max(6, memory[memory.length - 1])];
        Arrays.fill(arguments, JAVA_LONG);
        for (int position : memory) {
            arguments[position - 1] = ADDRESS;
        }
        return FunctionDescriptor.of(JAVA_LONG, arguments);
    }

    private static MemorySegment address(String function) {
        MemorySegment found = LIBC.find(function).orElse(null); // no lambda: every program's start comes this way
        if (found == null) {
            throw new UnsatisfiedLinkError("this machine's C library has no " + function + "; Pollux needs "
                    + C_LIBRARY.versions);
        }
        return found;
    }

    /** The result, or the negated errno that the call left in its capture segment if it failed. */
    static int orErrno(int result, MemorySegment capture) {
        return result >= 0 ? result : -errno(capture);
    }

    static long orErrno(long result, MemorySegment capture) {
        return result >= 0 ? result : -errno(capture);
    }

    /** The only state that is captured on Linux stands at the beginning: a test compares with the linker's layout. */
    static int errno(MemorySegment capture) {
        return capture.get(ValueLayout.JAVA_INT, Scratch.ERRNO);
    }

    /** Method handles declare {@code Throwable}; what FFM really throws are its argument checks. */
    static RuntimeException rethrow(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> throw new AssertionError("a downcall threw a checked exception", thrown);
        };
    }
}
