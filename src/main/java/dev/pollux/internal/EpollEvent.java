package dev.pollux.internal;

import dev.pollux.generated.epoll_h;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code struct epoll_event} as it is on this machine: packed on x86_64, padded elsewhere. */
public final class EpollEvent {
    private static final boolean PACKED = Architecture.CURRENT == Architecture.X86_64;

    // jextract's layouts say the same, which a test compares; but to ask them takes a program's start milliseconds
    public static final long SIZE = PACKED ? 12 : 16;
    static final long EVENTS = 0;
    static final long DATA = PACKED ? 4 : 8;

    private static final int DEL = epoll_h.EPOLL_CTL_DEL();

    private EpollEvent() { }

    public static int events(MemorySegment array, long index) {
        return array.get(ValueLayout.JAVA_INT_UNALIGNED, index * SIZE + EVENTS);
    }

    public static long data(MemorySegment array, long index) {
        return array.get(ValueLayout.JAVA_LONG_UNALIGNED, index * SIZE + DATA);
    }

    public static void set(MemorySegment array, long index, int events, long data) {
        put(array, index * SIZE, events, data);
    }

    private static void put(MemorySegment memory, long offset, int events, long data) {
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + EVENTS, events);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset + DATA, data);
    }

    /** {@code epoll_ctl}, asked for errno only if it fails: it has changed nothing then. Returns 0 or -errno. */
    public static int control(int epfd, int op, int fd, int events, long data) {
        MemorySegment s = Scratch.take();
        try {
            put(s, Scratch.EVENT, events, data);
            long event = op == DEL ? 0 : s.address() + Scratch.EVENT;
            int result = Libc.epoll_ctl_plain(epfd, op, fd, event);
            return result < 0 ? Libc.epoll_ctl(s, epfd, op, fd, event) : result;
        } finally {
            Scratch.give(s);
        }
    }
}
