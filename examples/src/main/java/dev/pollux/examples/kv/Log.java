package dev.pollux.examples.kv;

import dev.pollux.EventFd;
import dev.pollux.examples.kv.Resp.Malformed;
import dev.pollux.examples.kv.Resp.Reply;
import dev.pollux.examples.kv.Resp.Request;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The append-only file: every change as a request, in their order. The loop collects the changes of a turn; a thread of
 * its own writes them, and syncs, so that neither holds up the loop. What was collected while it synced is written and
 * synced at once: one sync for all who wait.
 */
final class Log implements Closeable {
    /** When a change is on the disk: before it is acknowledged, within a second, or when the kernel likes. */
    enum Fsync { always, everysec, no }

    /** What is done with each request that is read at the start. */
    interface Replay {
        void execute(Request request) throws IOException;
    }

    private static final int CHUNK = 1 << 20;
    private static final int OUT_SIZE = 64 << 10;
    /** How much may wait for the disk before the loop waits, too. */
    private static final long MOST_WAITING = 256L << 20;
    private static final long MOST_AT_ONCE = 64L << 20;
    private static final long SYNC_NANOS = 1_000_000_000;

    /** Readable when something has been synced, or has failed. */
    final EventFd progress = EventFd.create();
    private final Fsync fsync;
    private final FileChannel channel;
    private final Thread thread = new Thread(this::write, "log");
    private final Buffer turn = new Buffer(Arena::ofShared);
    private Buffer waiting = new Buffer(Arena::ofShared);
    private Buffer writing = new Buffer(Arena::ofShared);
    /** Writes requests as if they were replies: arrays of strings. */
    private final Reply out = new Reply(
            Arena.ofAuto().allocate(OUT_SIZE), (memory, size) -> turn.append(memory, 0, size));
    private long appended;
    private volatile long synced;
    private volatile IOException failure;
    private boolean closing;

    private Log(FileChannel channel, Fsync fsync) throws IOException {
        this.channel = channel;
        this.fsync = fsync;
    }

    /**
     * Reads the file, if there is one, and opens it for appending. Its last request may be torn, if the machine or the
     * process ended while it was written: it was not acknowledged as synced, and is cut off.
     *
     * @throws IOException the file cannot be read or written, or is none of ours
     */
    static Log open(Path file, Fsync fsync, long largest, Replay replay) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new IOException(file + " is another server's");
            }
            long good = load(file, channel, largest, replay);
            if (good < channel.size()) {
                System.err.println(file + ": the last request is torn; " + (channel.size() - good)
                        + " bytes at its end are cut off");
                channel.truncate(good);
            }
            channel.position(good);
            channel.force(true);
            Log log = new Log(channel, fsync);
            log.thread.start();
            return log;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** How far the file has whole requests. */
    private static long load(Path file, FileChannel channel, long largest, Replay replay) throws IOException {
        Request request = new Request(largest);
        long size = channel.size();
        long done = 0;
        long length = CHUNK;
        while (done < size) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment part =
                        channel.map(FileChannel.MapMode.PRIVATE, done, Math.min(length, size - done), arena);
                long at = 0;
                while (at < part.byteSize() && request.parse(part, at, part.byteSize())) {
                    if (request.count > 0) {
                        replay.execute(request);
                    }
                    at = request.end;
                }
                if (at == 0 && part.byteSize() == size - done) {
                    return done;
                }
                done += at;
                length = at == 0 ? 2 * length : Math.max(CHUNK, request.needed);
            } catch (Malformed e) {
                throw new IOException(file + " is damaged behind byte " + done + " (" + e.getMessage()
                        + "): repair it, or move it away", e);
            }
        }
        return done;
    }

    /** A request as it came. */
    void request(Request request) {
        if (!request.inline) {
            out.raw(request.memory, request.start, request.end - request.start);
            return;
        }
        out.array(request.count);
        for (int i = 0; i < request.count; i++) {
            out.bulk(request.memory, request.offset[i], request.length[i]);
        }
    }

    /** SET with the time at which the key expires, whatever way it was given, and without its conditions. */
    void set(Request request, long when, boolean keep) {
        out.array(when >= 0 ? 5 : keep ? 4 : 3);
        out.bulks("SET");
        out.bulk(request.memory, request.offset[1], request.length[1]);
        out.bulk(request.memory, request.offset[2], request.length[2]);
        if (when >= 0) {
            out.bulks("PXAT", Long.toString(when));
        } else if (keep) {
            out.bulks("KEEPTTL");
        }
    }

    /** A command on a key, with a number unless that is negative. */
    void command(String name, MemorySegment from, long at, int length, long number) {
        out.array(number >= 0 ? 3 : 2);
        out.bulks(name);
        out.bulk(from, at, length);
        if (number >= 0) {
            out.bulks(Long.toString(number));
        }
    }

    /** SREM of what SPOP took. */
    void remove(Request request, List<byte[]> members) {
        out.array(2 + members.size());
        out.bulks("SREM");
        out.bulk(request.memory, request.offset[1], request.length[1]);
        members.forEach(out::bulk);
    }

    /** How far it has been written by the loop: what is to be synced before an answer. */
    long position() {
        return appended + turn.size() + out.size;
    }

    /** Whether an answer that depends on all up to a position may be sent. */
    boolean allows(long position) {
        return fsync != Fsync.always || synced >= position;
    }

    /** Hands over what the turn has changed. */
    void endTurn() throws IOException {
        if (failure != null) {
            throw failure;
        }
        out.flush();
        if (turn.isEmpty()) {
            return;
        }
        synchronized (this) {
            try {
                while (waiting.size() > MOST_WAITING && failure == null) { // the disk is slower than the clients
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            waiting.append(turn.memory, 0, turn.size());
            notifyAll();
        }
        appended += turn.size();
        turn.clear();
    }

    private void write() {
        long written = 0;
        long lastSync = System.nanoTime();
        try {
            while (true) {
                synchronized (this) {
                    while (waiting.isEmpty()) {
                        long left = SYNC_NANOS - (System.nanoTime() - lastSync);
                        boolean mustSync = fsync == Fsync.everysec && synced < written;
                        if (closing || mustSync && left <= 0) {
                            break;
                        }
                        if (mustSync) {
                            TimeUnit.NANOSECONDS.timedWait(this, left);
                        } else {
                            wait();
                        }
                    }
                    if (waiting.isEmpty() && closing) {
                        break;
                    }
                    Buffer full = waiting;
                    waiting = writing;
                    writing = full;
                    notifyAll();
                }
                for (long done = 0; done < writing.size();) {
                    long n = Math.min(writing.size() - done, MOST_AT_ONCE);
                    done += channel.write(writing.memory.asSlice(done, n).asByteBuffer());
                }
                written += writing.size();
                writing.clear();
                if (fsync == Fsync.always
                        || fsync == Fsync.everysec && System.nanoTime() - lastSync >= SYNC_NANOS) {
                    channel.force(false);
                    lastSync = System.nanoTime();
                    synced = written;
                    if (fsync == Fsync.always) {
                        progress.write(1);
                    }
                }
            }
            channel.force(false);
        } catch (IOException | InterruptedException | RuntimeException | OutOfMemoryError e) {
            fail(e);
        }
    }

    private void fail(Throwable e) {
        failure = new IOException("cannot write the append-only file: " + e.getMessage(), e);
        synchronized (this) {
            notifyAll();
        }
        try {
            progress.write(1);
        } catch (IOException more) {
            failure.addSuppressed(more);
        }
    }

    /** Writes and syncs what there is. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        try (channel; progress) {
            thread.join();
            turn.free();
            waiting.free();
            writing.free();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }
}
