package dev.pollux.internal;

import dev.pollux.generated.epoll_h;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code struct epoll_event} as it is on this machine: packed on x86_64, padded elsewhere. */
public final class EpollEvent {
    public static final long SIZE;
    private static final long EVENTS;
    private static final long DATA;

    /** What epoll_ctl is to do, as {@link Libc} takes it. */
    public static final MemorySegment ADD = MemorySegment.ofAddress(epoll_h.EPOLL_CTL_ADD());
    public static final MemorySegment MOD = MemorySegment.ofAddress(epoll_h.EPOLL_CTL_MOD());
    public static final MemorySegment DEL = MemorySegment.ofAddress(epoll_h.EPOLL_CTL_DEL());

    static {
        switch (Architecture.CURRENT) {
            case X86_64 -> {
                SIZE = dev.pollux.generated.x86_64.epoll_event.sizeof();
                EVENTS = dev.pollux.generated.x86_64.epoll_event.events$offset();
                DATA = dev.pollux.generated.x86_64.epoll_event.data$offset();
            }
            case AARCH64 -> {
                SIZE = dev.pollux.generated.aarch64.epoll_event.sizeof();
                EVENTS = dev.pollux.generated.aarch64.epoll_event.events$offset();
                DATA = dev.pollux.generated.aarch64.epoll_event.data$offset();
            }
            case RISCV64 -> {
                SIZE = dev.pollux.generated.riscv64.epoll_event.sizeof();
                EVENTS = dev.pollux.generated.riscv64.epoll_event.events$offset();
                DATA = dev.pollux.generated.riscv64.epoll_event.data$offset();
            }
            default -> throw new AssertionError(Architecture.CURRENT);
        }
    }

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
    public static int control(int epfd, MemorySegment op, int fd, int events, long data) {
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
