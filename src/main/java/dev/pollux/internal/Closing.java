package dev.pollux.internal;

import dev.pollux.generated.errno_h;
import java.io.File;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * Closes numbers, and is the one place that says what has to be loaded before the last descriptor is gone. At the limit
 * of open files a class in a directory cannot be read any more, nor a native library be opened, and the JVM tries
 * neither a second time. So:
 *
 * <ul>
 * <li>what closing needs is loaded, linked and initialized with the first object that has a number;
 * <li>where the library's classes are files in a directory, all others are loaded with it, as any of them may be needed
 *     for the first time then (a jar is opened once, and stays open);
 * <li>what of the JDK opens a native library, its paths and its addresses, is loaded by those who need it, as long as
 *     there is room: {@link #preparePaths}, {@link #prepareAddresses}.
 * </ul>
 */
public final class Closing {
    /**
     * After this long without work a thread of the pool ends, and after once or twice this long without a waiter the
     * poller. The property is for tests.
     */
    static final int QUIET_MILLIS = Integer.getInteger("dev.pollux.quietMillis", 4000);

    private static final int NONE = -1;

    /** More than the calls that follow a call of the kernel's need of the stack, whether interpreted or compiled. */
    private static final int FRAMES = 24;

    /** There is one once a virtual thread has had to wait. Here, so that its class is loaded no earlier than that. */
    static volatile @Nullable Poller poller;

    private static volatile boolean hasPaths;
    private static volatile boolean hasAddresses;

    static {
        Libc.linkEarly();
        Membarrier.prepare();
        Scratch.prepare();
        // initializes what a call needs, which would fail for good where there is no stack for it
        close(NONE);
        Libc.close_plain(NONE);
        loadFiles();
    }

    private Closing() { }

    /** Loads this class. */
    static void prepare() { }

    /**
     * Loads what the JDK's paths need.
     *
     * @return 0, or the negated errno of why that would fail now, and then for good: there is no descriptor for it
     */
    public static int preparePaths() {
        if (hasPaths) {
            return 0;
        }
        int room = room();
        if (room == 0) {
            FileSystems.getDefault();
            hasPaths = true;
        }
        return room;
    }

    /** The same for the JDK's addresses, of IP and of Unix-domain sockets. */
    public static int prepareAddresses() {
        if (hasAddresses) {
            return 0;
        }
        int room = preparePaths();
        room = room == 0 ? room() : room;
        if (room == 0) {
            InetAddress.getLoopbackAddress();
            hasAddresses = true;
        }
        return room;
    }

    /** 0 if there is a descriptor left. */
    private static int room() {
        int fd = Alarm.open();
        if (fd >= 0) {
            close(fd);
        }
        return fd == -errno_h.EMFILE() || fd == -errno_h.ENFILE() ? fd : 0;
    }

    private static void loadFiles() {
        CodeSource source = Closing.class.getProtectionDomain().getCodeSource();
        if (source == null || !source.getLocation().getProtocol().equals("file")
                || !source.getLocation().getPath().endsWith("/")) {
            return;
        }
        try {
            load("dev.pollux.", new File(new File(source.getLocation().toURI()), "dev/pollux"));
        } catch (URISyntaxException | ClassNotFoundException | LinkageError e) {
            // what is missing is missed by who needs it
        }
    }

    private static void load(String prefix, File directory) throws ClassNotFoundException {
        File[] files = directory.listFiles();
        for (File file : files == null ? new File[0] : files) {
            String name = file.getName();
            if (file.isDirectory()) {
                load(prefix + name + ".", file);
            } else if (name.endsWith(".class")) {
                Class.forName(prefix + name.substring(0, name.length() - ".class".length()), false,
                        Closing.class.getClassLoader());
            }
        }
    }

    /**
     * Closes a number that is the caller's. Whatever is thrown, for want of stack, is thrown before that.
     *
     * @return 0, -errno, or {@link Guard#UNKNOWN}
     */
    public static int close(int number) {
        descend(FRAMES, 1, 2, 3, 4);
        MemorySegment s;
        try {
            s = Scratch.take();
        } catch (Throwable e) { // no memory for errno
            return Libc.close_plain(number) < 0 ? Guard.UNKNOWN : 0;
        }
        int result = Libc.close(s, number);
        try {
            Scratch.give(s);
        } catch (Throwable e) {
            // the piece is lost, not the result
        }
        return result;
    }

    /**
     * To be called before a call that opens something: a stack that is too short for what follows, up to an owner or to
     * {@link #unowned}, is found to be so before anything has happened.
     */
    public static void requireStack() {
        descend(2 * FRAMES, 1, 2, 3, 4);
    }

    /** What it does with its arguments keeps its frames large where they are compiled, too. */
    private static long descend(int frames, long a, long b, long c, long d) {
        return frames == 0 ? 0 : descend(frames - 1, b + 1, c + 1, d + 1, a + 1) + (a ^ b) + (c ^ d);
    }

    /**
     * Closes a number that has just been opened, and which nobody will own, because something was thrown.
     *
     * @return what was thrown
     */
    public static <E extends Throwable> E unowned(int number, E thrown) {
        close(number);
        return thrown;
    }

    /** To be called before a number is closed that virtual threads may wait for, and followed by a {@link #forget}. */
    static void unregister(int number) {
        Poller now = poller;
        if (now != null) {
            now.unregister(number);
        }
    }

    /**
     * Ends the waits of virtual threads for a number, because an object that names it gives it away, is being closed,
     * or has been: who came in between has registered what is closed now; or is of a successor, and looks again for
     * nothing.
     */
    static void forget(int number) {
        Poller now = poller;
        if (now != null) {
            now.forget(number);
        }
    }
}
