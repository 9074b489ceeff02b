package dev.pollux.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The only class that touches the {@link Linker} and its options.
 *
 * <p>Functions are linked anew rather than taken from the generated holders, because those neither capture errno nor
 * can be asked for their descriptor without linking a second, plain handle: with nine functions that second handle cost
 * 36 ms at start. A test holds every signature linked here against jextract's.
 */
public final class Link {
    private static final Architecture SUPPORTED = Architecture.CURRENT;
    private static final Linker LINKER = Linker.nativeLinker();

    /** Only libc: the generated lookup would ask the libraries that the application has loaded first. */
    private static final SymbolLookup LIBC = LINKER.defaultLookup();

    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    /** No VarHandle: to make one costs 4 ms at start. */
    private static final long ERRNO = CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    static {
        if (LIBC.find("gnu_get_libc_version").isEmpty()) {
            throw new UnsatisfiedLinkError("Pollux needs the GNU C library (glibc 2.28 or newer) on "
                    + SUPPORTED + "; this JVM runs on another libc, such as Alpine's musl");
        }
        try {
            // the least of the restricted methods: those that jextract's classes call when they are initialized
            ValueLayout.ADDRESS.withTargetLayout(ValueLayout.JAVA_BYTE);
        } catch (IllegalCallerException e) {
            Error refused = new UnsatisfiedLinkError(NativeAccess.refused(Link.class.getModule()));
            refused.initCause(e);
            throw refused;
        }
    }

    private Link() { }

    /**
     * Does nothing, but refuses an unsupported platform and a JVM without native access. A public class whose constants
     * are C's calls this first, or the message would be lost in the initializer of a generated class.
     */
    public static void require() { }

    /** Whether libc has this function. */
    static boolean has(Class<?> function) {
        return LIBC.find(function.getSimpleName()).isPresent();
    }

    /** Links the C function that {@code function} is named after; the handle's first argument captures errno. */
    static MethodHandle downcall(Class<?> function, MemoryLayout result, MemoryLayout... arguments) {
        return link(function, FunctionDescriptor.of(result, arguments), CAPTURE_ERRNO);
    }

    /** The same for a function that returns nothing. */
    static MethodHandle downcallVoid(Class<?> function, MemoryLayout... arguments) {
        return link(function, FunctionDescriptor.ofVoid(arguments), CAPTURE_ERRNO);
    }

    /**
     * The same without errno, which is cheaper: for a function that leaves nothing behind when it fails, so that it can
     * be called again by the other handle.
     */
    static MethodHandle plain(Class<?> function, MemoryLayout result, MemoryLayout... arguments) {
        return link(function, FunctionDescriptor.of(result, arguments));
    }

    /** The same for a variadic function, whose arguments are variadic from {@code firstVariadic} on. */
    static MethodHandle variadic(
            Class<?> function, int firstVariadic, MemoryLayout result, MemoryLayout... arguments) {
        return link(function, FunctionDescriptor.of(result, arguments),
                CAPTURE_ERRNO, Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** The same without errno, see {@link #plain}. */
    static MethodHandle plainVariadic(
            Class<?> function, int firstVariadic, MemoryLayout result, MemoryLayout... arguments) {
        return link(function, FunctionDescriptor.of(result, arguments), Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static MethodHandle link(Class<?> function, FunctionDescriptor descriptor, Linker.Option... options) {
        String name = function.getSimpleName();
        MemorySegment address = LIBC.find(name).orElseThrow(() -> new UnsatisfiedLinkError(
                "this machine's C library has no " + name + "; Pollux needs glibc 2.28 or newer"));
        return LINKER.downcallHandle(address, descriptor, options);
    }

    /** What a downcall left in its capture segment: meaningful only if it failed. */
    static int errno(MemorySegment capture) {
        return capture.get(ValueLayout.JAVA_INT, ERRNO);
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
