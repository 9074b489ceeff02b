package dev.pollux.examples.kv;

import dev.pollux.SocketFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.Set;

/** One client. It has memory only while there is half a request or an answer that it does not read yet. */
final class Connection {
    private static final int FIRST_SIZE = 16 << 10;

    final SocketFd socket;
    final long id;
    /** Requests that are not complete, or not to be executed yet. */
    final Buffer in = new Buffer();
    /** Answers that did not fit, or may not be sent yet. */
    final Buffer out = new Buffer();
    final Set<String> channels = new LinkedHashSet<>();
    String name = "";
    int version = 2;
    /** What epoll waits for. */
    int interest;
    /** How far the log has to be synced before {@link #out} is sent; 0: it may be sent. */
    long held;
    /** How many bytes of {@link #in} are needed before it is parsed again. */
    long needed;
    /** Nothing more is read; it is closed when all has been sent. */
    boolean ending;
    boolean closed;
    /** Whether it is in the list of those that got a message. */
    boolean dirty;

    Connection(SocketFd socket, long id) {
        this.socket = socket;
        this.id = id;
    }

    void free() {
        in.free();
        out.free();
    }

    /** Bytes outside the heap, appended at the end and taken from the start. */
    static final class Buffer {
        private Arena arena;
        MemorySegment memory;
        long start;
        long end;

        boolean isEmpty() {
            return start == end;
        }

        long size() {
            return end - start;
        }

        /** Makes room behind the end. */
        void reserve(long bytes) {
            if (memory != null && memory.byteSize() - end >= bytes) {
                return;
            }
            long size = size();
            if (memory != null && memory.byteSize() - size >= bytes && start >= size) {
                MemorySegment.copy(memory, start, memory, 0, size);
            } else {
                Arena larger = Arena.ofConfined();
                MemorySegment copy = larger.allocate(Math.max(FIRST_SIZE, Math.max(2 * size, size + bytes)));
                if (size > 0) {
                    MemorySegment.copy(memory, start, copy, 0, size);
                }
                if (arena != null) {
                    arena.close();
                }
                arena = larger;
                memory = copy;
            }
            start = 0;
            end = size;
        }

        void append(MemorySegment from, long at, long bytes) {
            if (bytes > 0) {
                reserve(bytes);
                MemorySegment.copy(from, at, memory, end, bytes);
                end += bytes;
            }
        }

        void remove(long bytes) {
            start += bytes;
            if (start == end) {
                free();
            }
        }

        void free() {
            if (arena != null) {
                arena.close();
            }
            arena = null;
            memory = null;
            start = 0;
            end = 0;
        }
    }
}
