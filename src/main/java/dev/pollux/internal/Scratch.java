package dev.pollux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Native scratch: where a call leaves errno, and the small structs that calls take by pointer. Whoever makes a call
 * takes a piece, fills it, calls, reads it, and gives it back.
 *
 * <p>A platform thread has one piece for as long as it lives, so that taking it twice gives the same one. A virtual
 * thread takes one from a pool for a single call, and holds it across nothing that parks it, but for closing a number
 * that this call was the last to use. A pool that is empty grows.
 *
 * <p>Pieces are parts of slabs from the global arena, which does not count against {@code MaxDirectMemorySize}. They
 * are used again when their thread has ended, and never freed: as many are left behind as threads were inside the
 * library at once. What a thread local holds here is a segment, a class of the JDK's, so that it does not keep the
 * library's class loader alive.
 */
public final class Scratch {
    static final long ERRNO = 0;
    /** One {@code epoll_event}. */
    public static final long EVENT = 8;
    /** One {@code timespec}, or one {@code timeval}, which is laid out alike. */
    public static final long TIMEOUT = 24;
    /** Eight bytes, for a number passed by pointer, a {@code pollfd}, or two descriptors. */
    public static final long WORD = 40;
    /** One {@code itimerspec}. */
    public static final long TIMER = 48;
    /** Any socket address, a lock, or what the kernel tells of a signal or a process: no call needs two of them. */
    public static final long ADDRESS = 80;
    /** The room at {@link #ADDRESS}. */
    public static final int ADDRESS_BYTES = 128;

    static final long BYTES = 256;
    private static final int PIECES = 64;

    private static final ThreadLocal<MemorySegment> OF_THREAD = new ThreadLocal<>();

    /** What nobody has. */
    private static class Free {
        /** Of these, {@link #count}; an array, which no lack of stack leaves half changed. */
        private MemorySegment[] pieces = new MemorySegment[PIECES];
        private int count;

        MemorySegment pop() {
            if (count == 0) {
                MemorySegment slab = Arena.global().allocate(PIECES * BYTES, BYTES);
                for (int i = PIECES - 1; i >= 0; i--) {
                    push(slab.asSlice(i * BYTES, BYTES));
                }
            }
            return pieces[--count];
        }

        void push(MemorySegment piece) {
            if (count == pieces.length) {
                pieces = Arrays.copyOf(pieces, 2 * count);
            }
            pieces[count++] = piece;
        }
    }

    /** Guards what follows, which is of platform threads. */
    private static final Object LOCK = new Object();
    private static final Free FREE = new Free();
    private static final Map<Long, Held> HELD = new HashMap<>();
    private static int sweepAt = PIECES;

    /** The piece of a platform thread. */
    private record Held(WeakReference<Thread> thread, MemorySegment piece) { }

    private Scratch() { }

    /** Loads what the first virtual thread needs, without initializing it, and the next platform thread. */
    static void prepare() {
        Objects.requireNonNull(Pool.class);
        Objects.requireNonNull(Held.class);
    }

    /** A piece for the calling thread, until it is given back. */
    public static MemorySegment take() {
        Thread thread = Thread.currentThread();
        if (thread.isVirtual()) {
            return Pool.take(thread);
        }
        MemorySegment piece = OF_THREAD.get();
        return piece != null ? piece : takeForLife(thread);
    }

    /** Gives back what {@link #take} gave to this thread. */
    public static void give(MemorySegment piece) {
        Thread thread = Thread.currentThread();
        if (thread.isVirtual()) {
            Pool.give(thread, piece);
        }
    }

    /** The part of a piece that begins at {@link #ADDRESS}. */
    public static MemorySegment address(MemorySegment piece) {
        return piece.asSlice(ADDRESS, ADDRESS_BYTES);
    }

    /** Of virtual threads; a class of its own, which programs without them never load. */
    private static final class Pool {
        private static final int STRIPES = Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 8;
        private static final int PROBES = 4;
        /** The next element that is used is in another cache line. */
        private static final int APART = 16;
        private static final AtomicReferenceArray<MemorySegment> PIECES = new AtomicReferenceArray<>(STRIPES * APART);

        /**
         * With a lock that a virtual thread does not give up its carrier for: it may hold a {@link Watch} meanwhile, for
         * which others wait that do not give up theirs. To give it back takes no stack.
         */
        private static final class Spun extends Free {
            private volatile int busy;
        }

        private static final AtomicIntegerFieldUpdater<Spun> BUSY =
                AtomicIntegerFieldUpdater.newUpdater(Spun.class, "busy");
        private static final Spun FREE = new Spun();

        static MemorySegment take(Thread thread) {
            for (int i = 0; i < PROBES; i++) {
                MemorySegment piece = PIECES.getAndSet(slot(thread, i), null);
                if (piece != null) {
                    return piece;
                }
            }
            return pop();
        }

        private static MemorySegment pop() {
            while (!BUSY.compareAndSet(FREE, 0, 1)) {
                Thread.onSpinWait();
            }
            try {
                return FREE.pop();
            } finally {
                FREE.busy = 0;
            }
        }

        private static void push(MemorySegment piece) {
            while (!BUSY.compareAndSet(FREE, 0, 1)) {
                Thread.onSpinWait();
            }
            try {
                FREE.push(piece);
            } finally {
                FREE.busy = 0;
            }
        }

        static void give(Thread thread, MemorySegment piece) {
            try {
                for (int i = 0; i < PROBES; i++) {
                    if (PIECES.compareAndSet(slot(thread, i), null, piece)) {
                        return;
                    }
                }
                push(piece);
            } catch (VirtualMachineError e) {
                // no stack or memory: the piece is lost, and not the result of the call that was made with it
            }
        }

        private static int slot(Thread thread, int probe) {
            return ((int) (thread.threadId() * 0x9E3779B9L >>> 16) + probe & STRIPES - 1) * APART;
        }
    }

    /** The thread's first call, or the first since its thread locals were cleared, as the common pool does. */
    private static MemorySegment takeForLife(Thread thread) {
        MemorySegment piece;
        synchronized (LOCK) {
            Held held = HELD.get(thread.threadId());
            piece = held != null ? held.piece : pop();
            if (held == null) {
                HELD.put(thread.threadId(), new Held(new WeakReference<>(thread), piece));
            }
        }
        OF_THREAD.set(piece);
        return piece;
    }

    private static MemorySegment pop() {
        if (FREE.count == 0 && HELD.size() >= sweepAt) {
            for (Iterator<Held> all = HELD.values().iterator(); all.hasNext();) {
                Held held = all.next();
                Thread thread = held.thread.get();
                if (thread == null || !thread.isAlive()) {
                    all.remove();
                    FREE.push(held.piece);
                }
            }
            sweepAt = Math.max(PIECES, 2 * HELD.size());
        }
        return FREE.pop();
    }

    /** For tests: how many pieces belong to platform threads that have not been found to have ended. */
    static int held() {
        synchronized (LOCK) {
            return HELD.size();
        }
    }
}
