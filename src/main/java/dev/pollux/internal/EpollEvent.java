package dev.pollux.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code struct epoll_event} as it is on this machine: packed on x86_64, padded elsewhere. */
public final class EpollEvent {
    public static final long SIZE;
    private static final long EVENTS;
    private static final long DATA;

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
        array.set(ValueLayout.JAVA_INT_UNALIGNED, index * SIZE + EVENTS, events);
        array.set(ValueLayout.JAVA_LONG_UNALIGNED, index * SIZE + DATA, data);
    }
}
