package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Makes the kernel refuse a system call to one thread, for the rest of its life, by a filter any user may install. */
public final class Seccomp {
    // linux/prctl.h, linux/seccomp.h, linux/bpf_common.h, linux/audit.h, asm-generic/unistd.h
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_SET_SECCOMP = 22;
    private static final long SECCOMP_MODE_FILTER = 2;
    private static final int SECCOMP_RET_ALLOW = 0x7fff0000;
    private static final int SECCOMP_RET_ERRNO = 0x00050000;
    private static final int SECCOMP_RET_USER_NOTIF = 0x7fc00000;
    private static final long SYS_SECCOMP = Architecture.CURRENT == Architecture.X86_64 ? 317 : 277;
    private static final long SECCOMP_SET_MODE_FILTER = 1;
    private static final long SECCOMP_FILTER_FLAG_NEW_LISTENER = 1 << 3;
    private static final long SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100L;
    private static final long SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101L;
    private static final int NOTIF_BYTES = 80;
    private static final int NOTIF_ARGS = 32;
    /** A number that no system call has. */
    private static final int UNUSED = 9999;
    private static final int SECCOMP_DATA_NR = 0;
    private static final int SECCOMP_DATA_ARCH = 4;
    private static final short BPF_LD_W_ABS = 0x20;
    private static final short BPF_JMP_JEQ_K = 0x15;
    private static final short BPF_RET_K = 0x06;
    private static final int AUDIT_ARCH = switch (Architecture.CURRENT) {
        case X86_64 -> 0xc000003e;
        case AARCH64 -> 0xc00000b7;
        case RISCV64 -> 0xc00000f3;
    };

    private Seccomp() { }

    /** From now on this system call fails on the calling thread; returns why that is not to be had, else null. */
    public static @Nullable String refuse(int number, int errno) {
        MethodHandle prctl = Linker.nativeLinker().downcallHandle(
                Linker.nativeLinker().defaultLookup().find("prctl").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1), Linker.Option.captureCallState("errno"));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = arena.allocate(Linker.Option.captureStateLayout());
            if ((int) prctl.invokeExact(capture, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) != 0) {
                return "prctl(PR_SET_NO_NEW_PRIVS) failed with " + Errno.name(Link.errno(capture));
            }
            MemorySegment program = program(arena, number, SECCOMP_RET_ERRNO | errno);
            if ((int) prctl.invokeExact(
                    capture, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program.address(), 0L, 0L) != 0) {
                return "prctl(PR_SET_SECCOMP) failed with " + Errno.name(Link.errno(capture));
            }
            return null;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /**
     * From now on this system call of the calling thread waits for an {@link #answer}.
     *
     * @return the number of a descriptor to answer by
     */
    public static int listen(int number) {
        assertNull(refuse(UNUSED, Errno.ENOSYS)); // and no new privileges
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = program(arena, number, SECCOMP_RET_USER_NOTIF);
            long listener = Libc.syscall_plain(SYS_SECCOMP, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                    program.address(), 0);
            assertTrue(listener >= 0, "seccomp(SECCOMP_FILTER_FLAG_NEW_LISTENER)");
            return (int) listener;
        }
    }

    /** Waits for one call, and gives it this result, which may be a negated errno; not to be called by its thread. */
    public static void answer(int listener, ToLongFunction<long[]> result) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(NOTIF_BYTES, 8); // struct seccomp_notif
            assertEquals(0, Libc.ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, request));
            long value = result.applyAsLong(request.asSlice(NOTIF_ARGS).toArray(ValueLayout.JAVA_LONG));
            MemorySegment response = arena.allocate(24, 8); // struct seccomp_notif_resp
            response.set(ValueLayout.JAVA_LONG, 0, request.get(ValueLayout.JAVA_LONG, 0));
            response.set(ValueLayout.JAVA_LONG, 8, Math.max(0, value));
            response.set(ValueLayout.JAVA_INT, 16, (int) Math.min(0, value));
            assertEquals(0, Libc.ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, response));
        }
    }

    /** A filter, as a {@code struct sock_fprog}. */
    private static MemorySegment program(Arena arena, int number, int action) {
        MemorySegment filter = arena.allocate(6 * 8, 8); // struct sock_filter
        instruction(filter, 0, BPF_LD_W_ABS, 0, 0, SECCOMP_DATA_ARCH);
        instruction(filter, 1, BPF_JMP_JEQ_K, 0, 3, AUDIT_ARCH);
        instruction(filter, 2, BPF_LD_W_ABS, 0, 0, SECCOMP_DATA_NR);
        instruction(filter, 3, BPF_JMP_JEQ_K, 0, 1, number);
        instruction(filter, 4, BPF_RET_K, 0, 0, action);
        instruction(filter, 5, BPF_RET_K, 0, 0, SECCOMP_RET_ALLOW);
        MemorySegment program = arena.allocate(16, 8);
        program.set(ValueLayout.JAVA_SHORT, 0, (short) 6);
        program.set(ValueLayout.ADDRESS, 8, filter);
        return program;
    }

    private static void instruction(MemorySegment filter, int index, short code, int ifTrue, int ifFalse, int k) {
        long at = index * 8L;
        filter.set(ValueLayout.JAVA_SHORT, at, code);
        filter.set(ValueLayout.JAVA_BYTE, at + 2, (byte) ifTrue);
        filter.set(ValueLayout.JAVA_BYTE, at + 3, (byte) ifFalse);
        filter.set(ValueLayout.JAVA_INT, at + 4, k);
    }
}
