package dev.pollux.examples.kv;

import dev.pollux.EventFd;
import dev.pollux.examples.kv.Resp.Malformed;
import dev.pollux.examples.kv.Resp.Reply;
import dev.pollux.examples.kv.Resp.Request;
import dev.pollux.examples.shared.PendingBytes;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    private static final int OUT_SIZE = 64 << 10;
    /** How much may wait for the disk before the loop waits, too. */
    private static final long MOST_WAITING = 256L << 20;
    private static final long MOST_AT_ONCE = 64L << 20;
    private static final long SYNC_MILLIS = 1000;

    /** Readable when something has been synced, or has failed. */
    final EventFd progress = EventFd.create();
    private final Fsync fsync;
    private final FileChannel channel;
    private final Thread thread = new Thread(this::write, "log");
    private final PendingBytes turn = new PendingBytes(Arena::ofShared);
    private PendingBytes waiting = new PendingBytes(Arena::ofShared);
    private PendingBytes writing = new PendingBytes(Arena::ofShared);
    /** Writes requests as if they were replies: arrays of strings. */
    private final Reply out = new Reply(
            Arena.ofAuto().allocate(OUT_SIZE), (memory, size) -> turn.append(memory.asSlice(0, size)));
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
        long at = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = channel.map(FileChannel.MapMode.PRIVATE, 0, channel.size(), arena);
            while (at < all.byteSize() && request.parse(all, at, all.byteSize())) {
                if (request.count > 0) {
                    replay.execute(request);
                }
                at = request.end;
            }
            return at;
        } catch (Malformed e) {
            throw new IOException(file + " is damaged behind byte " + at + " (" + e.getMessage()
                    + "): repair it, or move it away", e);
        }
    }

    /** A request as it came. */
    void request(Request request) {
        if (!request.inline) {
            out.raw(request.memory, request.start, request.end - request.start);
            return;
        }
        out.array(request.count);
        for (int i = 0; i < request.count; i++) {
            out.bulk(request, i);
        }
    }

    /** SET with the time at which the key expires, whatever way it was given, and without its conditions. */
    void set(Request request, long when, boolean keep) {
        begin(when >= 0 ? 5 : keep ? 4 : 3, "SET", request);
        out.bulk(request, 2);
        if (when >= 0) {
            out.bulks("PXAT", Long.toString(when));
        } else if (keep) {
            out.bulks("KEEPTTL");
        }
    }

    void expire(Request request, long when) {
        begin(3, "PEXPIREAT", request);
        out.bulks(Long.toString(when));
    }

    /** What SPOP took. */
    void remove(Request request, String member) {
        begin(3, "SREM", request);
        out.bulk(member);
    }

    /** A command of so many words on the key of a request. */
    private void begin(int words, String name, Request request) {
        out.array(words);
        out.bulks(name);
        out.bulk(request, 1);
    }

    void delete(Store store, long record) {
        out.array(2);
        out.bulks("DEL");
        out.bulk(store.memory, store.keyAt(record), store.keyLength(record));
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
            waiting.append(turn.bytes());
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
                    if (waiting.isEmpty() && !closing) {
                        wait(fsync == Fsync.everysec && synced < written ? SYNC_MILLIS : 0);
                    }
                    if (waiting.isEmpty() && closing) {
                        break;
                    }
                    PendingBytes full = waiting;
                    waiting = writing;
                    writing = full;
                    notifyAll();
                }
                for (long done = 0; done < writing.size();) {
                    long n = Math.min(writing.size() - done, MOST_AT_ONCE);
                    done += channel.write(writing.bytes().asSlice(done, n).asByteBuffer());
                }
                written += writing.size();
                writing.clear();
                long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastSync);
                if (synced < written
                        && (fsync == Fsync.always || fsync == Fsync.everysec && age >= SYNC_MILLIS)) {
                    channel.force(false);
                    lastSync = System.nanoTime();
                    synced = written;
                    progress.write(1);
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
