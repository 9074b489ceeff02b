package dev.pollux.internal;

import dev.pollux.generated.arch_h;
import dev.pollux.generated.fcntl_h;
import dev.pollux.generated.stat_h;
import dev.pollux.generated.statx;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What kind of file a descriptor is of: a part of {@code fstat}, by {@code statx}, whose struct is the same on all
 * architectures. It is a system call here, because not every libc has it ({@code fstat} glibc only from 2.33 on).
 */
public final class FileType {
    public static final int REGULAR = stat_h.S_IFREG();
    public static final int DIRECTORY = stat_h.S_IFDIR();

    private FileType() { }

    /** The type: a number such as {@link #REGULAR}, or a negative errno: ENOSYS before Linux 4.11. */
    public static int of(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = statx.allocate(arena);
            long result = Libc.syscall(arch_h.SYS_statx(), fd, arena.allocateFrom("").address(),
                    fcntl_h.AT_EMPTY_PATH(), stat_h.STATX_TYPE(), status.address());
            return result < 0 ? (int) result : statx.stx_mode(status) & stat_h.S_IFMT();
        }
    }
}
