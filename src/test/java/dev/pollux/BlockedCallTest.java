package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.SOCK_CLOEXEC;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.dupTo;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that block on a descriptor of their own: signals, and closing meanwhile. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BlockedCallTest {
    /** The descriptor has this number, which nobody else takes when it is free. */
    private static final int HIGH = 906;
    private static final long MILLI = 1_000_000;

    /** A descriptor, a call on it that blocks, what ends that, and the result. */
    private record Blocked(Fd fd, Callable<Object> call, Callable<?> unblock, Object result) { }

    enum Kind {
        READ {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                Pipe pipe = test.later(Pipe.create(SOCK_CLOEXEC));
                Fd fd = Fd.adopt(high(pipe.reader()));
                return new Blocked(fd, () -> fd.read(test.one), () -> pipe.writer().write(test.one), 1L);
            }
        },
        WRITE {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                Pipe pipe = test.later(Pipe.create(SOCK_CLOEXEC));
                MemorySegment all = test.arena.allocate(Fcntl.getPipeSize(pipe.writer()));
                assertEquals(all.byteSize(), pipe.writer().write(all));
                Fd fd = Fd.adopt(high(pipe.writer()));
                return new Blocked(fd, () -> fd.write(test.one), () -> pipe.reader().read(all), 1L);
            }
        },
        READV {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                Pipe pipe = test.later(Pipe.create(SOCK_CLOEXEC));
                Fd fd = Fd.adopt(high(pipe.reader()));
                return new Blocked(fd, () -> fd.readv(test.vector()), () -> pipe.writer().write(test.one), 1L);
            }
        },
        WRITEV {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                Pipe pipe = test.later(Pipe.create(SOCK_CLOEXEC));
                MemorySegment all = test.arena.allocate(Fcntl.getPipeSize(pipe.writer()));
                assertEquals(all.byteSize(), pipe.writer().write(all));
                Fd fd = Fd.adopt(high(pipe.writer()));
                return new Blocked(fd, () -> fd.writev(test.vector()), () -> pipe.reader().read(all), 1L);
            }
        },
        READ_ARRAY {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                Pipe pipe = test.later(Pipe.create(SOCK_CLOEXEC));
                Fd fd = Fd.adopt(high(pipe.reader()));
                return new Blocked(fd, () -> fd.read(new byte[9], 3, 6), () -> pipe.writer().write(test.one), 1);
            }
        },
        WRITE_BUFFER {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                Pipe pipe = test.later(Pipe.create(SOCK_CLOEXEC));
                MemorySegment all = test.arena.allocate(Fcntl.getPipeSize(pipe.writer()));
                assertEquals(all.byteSize(), pipe.writer().write(all));
                Fd fd = Fd.adopt(high(pipe.writer()));
                return new Blocked(fd, () -> fd.write(ByteBuffer.allocate(2)), () -> pipe.reader().read(all), 2);
            }
        },
        SENDFILE {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                Pipe pipe = test.later(Pipe.create(SOCK_CLOEXEC));
                MemorySegment all = test.arena.allocate(Fcntl.getPipeSize(pipe.writer()));
                assertEquals(all.byteSize(), pipe.writer().write(all));
                MemFd file = test.later(MemFd.create("file"));
                file.write(test.one);
                Fd fd = Fd.adopt(high(pipe.writer()));
                return new Blocked(fd, () -> Splice.sendfile(fd, file, 0, 1), () -> pipe.reader().read(all), 1L);
            }
        },
        SPLICE {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                Pipe pipe = test.later(Pipe.create(SOCK_CLOEXEC));
                MemFd file = test.later(MemFd.create("file"));
                Fd fd = Fd.adopt(high(pipe.reader()));
                return new Blocked(fd, () -> Splice.splice(fd, file, 1, 0), () -> pipe.writer().write(test.one), 1L);
            }
        },
        RECV {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketPair pair = test.later(SocketPair.create(AF_UNIX, SOCK_STREAM, 0, SOCK_CLOEXEC));
                SocketFd fd = SocketFd.adopt(high(pair.first()));
                return new Blocked(fd, () -> fd.recv(test.one, 0), () -> pair.second().send(test.one, 0), 1L);
            }
        },
        SEND {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketPair pair = test.later(SocketPair.create(AF_UNIX, SOCK_STREAM, 0, SOCK_CLOEXEC));
                MemorySegment much = test.arena.allocate(1 << 20);
                while (pair.first().send(much, SocketFd.MSG_DONTWAIT) > 0) { }
                SocketFd fd = SocketFd.adopt(high(pair.first()));
                return new Blocked(fd, () -> fd.send(test.one, 0), () -> {
                    while (pair.second().recv(much, SocketFd.MSG_DONTWAIT) > 0) { }
                    return null;
                }, 1L);
            }
        },
        RECV_BUFFER {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketPair pair = test.later(SocketPair.create(AF_UNIX, SOCK_STREAM, 0, SOCK_CLOEXEC));
                SocketFd fd = SocketFd.adopt(high(pair.first()));
                return new Blocked(
                        fd, () -> fd.recv(ByteBuffer.allocateDirect(7), 0), () -> pair.second().send(test.one, 0), 1);
            }
        },
        SEND_ARRAY {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketPair pair = test.later(SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_CLOEXEC));
                while (pair.first().send(test.one, SocketFd.MSG_DONTWAIT) > 0) { }
                SocketFd fd = SocketFd.adopt(high(pair.first()));
                return new Blocked(fd, () -> fd.send(new byte[4], 1, 3, 0), () -> test.drain(pair.second()), 3);
            }
        },
        ACCEPT {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketFd listener = test.listen(AF_INET, loopback(), 1);
                SocketFd client = test.later(SocketFd.create(AF_INET, SOCK_STREAM));
                SocketFd fd = SocketFd.adopt(high(listener));
                return new Blocked(fd, () -> test.later(fd.accept()).isOpen(),
                        () -> client.connect(listener.getsockname()), true);
            }
        },
        ACCEPT_WITH_ADDRESS {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketFd listener = test.listen(AF_INET, loopback(), 1);
                SocketFd client = test.later(SocketFd.create(AF_INET, SOCK_STREAM));
                SocketFd fd = SocketFd.adopt(high(listener));
                return new Blocked(fd, () -> {
                    SockaddrStorage peer = SockaddrStorage.allocate(test.arena);
                    return test.later(fd.accept(peer)).isOpen() && peer.get() != null;
                }, () -> client.connect(listener.getsockname()), true);
            }
        },
        CONNECT_UNIX {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketAddress address = UnixDomainSocketAddress.of(test.folder.resolve("s"));
                SocketFd listener = test.listen(AF_UNIX, address, 0);
                while (test.later(SocketFd.create(AF_UNIX, SOCK_STREAM)).connect(address) == 0) { }
                SocketFd fd = SocketFd.adopt(high(test.later(SocketFd.create(AF_UNIX, SOCK_STREAM, 0, SOCK_CLOEXEC))));
                return new Blocked(fd, () -> fd.connect(address), () -> test.later(listener.accept()), 0);
            }
        },
        CONNECT_TCP {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketFd listener = test.listen(AF_INET, loopback(), 0);
                SocketFd queued = test.later(SocketFd.create(AF_INET, SOCK_STREAM));
                queued.connect(listener.getsockname());
                ready(queued, POLLOUT);
                ready(listener, POLLIN);
                SocketFd fd = SocketFd.adopt(high(test.later(SocketFd.create(AF_INET, SOCK_STREAM, 0, SOCK_CLOEXEC))));
                SocketAddress address = listener.getsockname();
                return new Blocked(fd, () -> fd.connect(address), () -> test.later(listener.accept()), 0);
            }
        },
        READ_EVENTFD {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                EventFd other = test.later(EventFd.create(0, EventFd.EFD_CLOEXEC));
                EventFd fd = EventFd.adopt(high(other));
                return new Blocked(fd, fd::read, () -> other.write(7), 7L);
            }
        },
        WRITE_EVENTFD {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                EventFd other = test.later(EventFd.create(0, EventFd.EFD_CLOEXEC));
                assertTrue(other.write(-2));
                EventFd fd = EventFd.adopt(high(other));
                return new Blocked(fd, () -> fd.write(5), other::read, true);
            }
        },
        RECVFROM {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketPair pair = test.later(SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_CLOEXEC));
                SocketFd fd = SocketFd.adopt(high(pair.first()));
                return new Blocked(fd, () -> fd.recvfrom(test.one, 0, SockaddrStorage.allocate(test.arena)),
                        () -> pair.second().send(test.one, 0), 1L);
            }
        },
        SENDTO {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketFd receiver = test.later(SocketFd.create(AF_UNIX, SOCK_DGRAM));
                SocketAddress address = UnixDomainSocketAddress.of(test.folder.resolve("s"));
                receiver.bind(address);
                SocketFd sender = test.later(SocketFd.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_CLOEXEC));
                while (sender.sendto(test.one, SocketFd.MSG_DONTWAIT, address) == 1) { }
                SocketFd fd = SocketFd.adopt(high(sender));
                return new Blocked(fd, () -> fd.sendto(test.one, 0, address), () -> receiver.recv(test.one, 0), 1L);
            }
        },
        RECVMSG {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketPair pair = test.later(SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_CLOEXEC));
                SocketFd fd = SocketFd.adopt(high(pair.first()));
                return new Blocked(fd, () -> fd.recvmsg(test.message().get(0), 0), () -> pair.second().send(test.one, 0), 1L);
            }
        },
        SENDMSG {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketPair pair = test.later(SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_CLOEXEC));
                while (pair.first().send(test.one, SocketFd.MSG_DONTWAIT) > 0) { }
                SocketFd fd = SocketFd.adopt(high(pair.first()));
                return new Blocked(fd, () -> {
                    Message message = test.message().get(0);
                    message.control().addRights(pair.second());
                    return fd.sendmsg(message, 0);
                }, () -> test.drain(pair.second()), 1L);
            }
        },
        RECVMMSG {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketPair pair = test.later(SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_CLOEXEC));
                SocketFd fd = SocketFd.adopt(high(pair.first()));
                return new Blocked(fd, () -> fd.recvmmsg(test.message(), SocketFd.MSG_WAITFORONE),
                        () -> pair.second().send(test.one, 0), 1);
            }
        },
        SENDMMSG {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                SocketPair pair = test.later(SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_CLOEXEC));
                while (pair.first().send(test.one, SocketFd.MSG_DONTWAIT) > 0) { }
                SocketFd fd = SocketFd.adopt(high(pair.first()));
                return new Blocked(
                        fd, () -> fd.sendmmsg(test.message(), 0, 1, 0), () -> test.drain(pair.second()), 1);
            }
        },
        READ_TIMERFD {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                TimerFd other = test.later(TimerFd.create(TimerFd.CLOCK_MONOTONIC, TimerFd.TFD_CLOEXEC));
                TimerFd fd = TimerFd.adopt(high(other));
                return new Blocked(fd, fd::read, () -> other.setNanos(0, 0, 0), 1L);
            }
        },
        READ_INOTIFY {
            @Override
            Blocked open(BlockedCallTest test) throws IOException {
                Inotify other = test.later(Inotify.create(Inotify.IN_CLOEXEC));
                other.addWatch(test.folder, Inotify.IN_CREATE);
                Inotify fd = Inotify.adopt(high(other));
                return new Blocked(fd, () -> fd.read(InotifyEvents.allocate(test.arena, InotifyEvents.MIN_BYTES)),
                        () -> Files.createFile(test.folder.resolve("file")), 1);
            }
        },
        OPENAT {
            @Override
            Blocked open(BlockedCallTest test) throws Exception {
                Path fifo = test.folder.resolve("fifo");
                assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
                Fd directory = test.later(Fcntl.open(test.folder, Fcntl.O_PATH));
                Fd fd = Fd.adopt(high(directory));
                return new Blocked(fd,
                        () -> test.later(Fcntl.openat(fd, fifo.getFileName(), Fcntl.O_RDONLY)).isOpen(),
                        () -> test.later(Fcntl.open(fifo, Fcntl.O_WRONLY)), true);
            }
        },
        TCFLOW {
            @Override
            Blocked open(BlockedCallTest test) throws Exception {
                return test.onStoppedLine(fd -> Terminal.tcflow(fd, Terminal.TCION));
            }
        },
        IOCTL {
            @Override
            Blocked open(BlockedCallTest test) throws Exception {
                return test.onStoppedLine(fd -> Ioctl.ioctl(fd, Ioctl.TCXONC, Terminal.TCION));
            }
        };

        abstract Blocked open(BlockedCallTest test) throws Exception;
    }

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment one = arena.allocate(1);
    private final Deque<Closeable> opened = new ArrayDeque<>();
    /** A call in the background that the end of what was opened ends, if the test did not. */
    private @Nullable FutureTask<?> background;

    /** Another one for each call: one at a time may use it. */
    private IoVec vector() {
        IoVec vector = IoVec.allocate(arena, 1);
        vector.add(one);
        return vector;
    }

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        if (background != null) {
            try {
                get(background);
            } catch (ExecutionException e) {
                assertInstanceOf(IOException.class, e.getCause());
            }
        }
        arena.close();
    }

    /** Closes it after the test. */
    private <T extends Closeable> T later(T resource) {
        opened.push(resource);
        return resource;
    }

    /** One datagram less does not wake who waits for room. */
    private Void drain(SocketFd receiver) throws IOException {
        while (receiver.recv(one, SocketFd.MSG_DONTWAIT) > 0) { }
        return null;
    }

    /** One message, of one byte. */
    private Messages message() {
        Messages messages = Messages.allocate(arena, 1, 1, Cmsg.space(Cmsg.SCM_RIGHTS));
        messages.get(0).buffer(one);
        return messages;
    }

    private static int high(Fd fd) throws IOException {
        return dupTo(fd, HIGH).detach();
    }

    private static SocketAddress loopback() throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
    }

    private SocketFd listen(int domain, SocketAddress address, int backlog) throws IOException {
        SocketFd listener = later(SocketFd.create(domain, SOCK_STREAM, 0, SOCK_CLOEXEC));
        listener.bind(address);
        listener.listen(backlog);
        return listener;
    }

    private interface OnTerminal {
        void call(Fd fd) throws IOException;
    }

    /** Nobody else can send while a thread is in a write to a line that is stopped. */
    private Blocked onStoppedLine(OnTerminal call) throws Exception {
        Pty pty = later(Pty.create());
        Fd other = later(pty.openTerminal());
        Termios.get(other).raw().set(other, Termios.TCSANOW);
        Fcntl.setNonBlocking(other, false);
        Terminal.tcflow(other, Terminal.TCOOFF);
        FutureTask<Long> writer = Support.startAsleep(() -> other.write(one));
        background = writer;
        Fd fd = Fd.adopt(high(other));
        return new Blocked(fd, () -> {
            call.call(fd);
            return true;
        }, () -> {
            Terminal.tcflow(other, Terminal.TCOON);
            return get(writer);
        }, true);
    }

    /** A connect of TCP goes on without its caller: see {@code SocketErrorTest}. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CONNECT_TCP")
    void signalsDoNotEndIt(Kind kind) throws Exception {
        Blocked blocked = kind.open(this);
        later(blocked.fd);
        FutureTask<Object> caller = start(() -> {
            try (Signals.Storm _ = Signals.storm(MILLI)) {
                return blocked.call.call();
            }
        });
        awaitUsers(blocked.fd, 1);
        Thread.sleep(50);
        assertFalse(caller.isDone(), kind.name());
        blocked.unblock.call();
        assertEquals(blocked.result, get(caller), kind.name());
    }

    @ParameterizedTest
    @EnumSource
    void closedMeanwhileItEndsByItselfAndThenFreesTheNumber(Kind kind) throws Exception {
        Blocked blocked = kind.open(this);
        FutureTask<Object> caller = start(blocked.call);
        awaitUsers(blocked.fd, 1);
        Thread.sleep(20);
        blocked.fd.close();
        assertClosed(blocked.call::call);
        assertTrue(isOpen(HIGH), kind.name());
        assertFalse(caller.isDone(), kind.name());
        blocked.unblock.call();
        assertEquals(blocked.result, get(caller), kind.name());
        assertFalse(isOpen(HIGH), kind.name());
    }

    @ParameterizedTest
    @EnumSource
    void closedMeanwhileASignalEndsItAndItIsNotMadeAgain(Kind kind) throws Exception {
        Blocked blocked = kind.open(this);
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        int[] thread = new int[1];
        FutureTask<Object> caller = start(() -> {
            thread[0] = Signals.thisThread();
            try {
                return blocked.call.call();
            } finally {
                called.countDown();
                // signals need a thread to go to
                over.await();
            }
        });
        awaitUsers(blocked.fd, 1);
        Thread.sleep(20);
        blocked.fd.close();
        assertTrue(isOpen(HIGH), kind.name());
        try (Signals.Storm _ = new Signals.Storm(thread[0], MILLI)) {
            assertTrue(called.await(LONG_NANOS, TimeUnit.NANOSECONDS), () -> kind + " was made again");
        } finally {
            over.countDown();
        }
        Throwable thrown = assertThrows(ExecutionException.class, () -> get(caller), kind.name()).getCause();
        assertClosed(() -> {
            throw thrown;
        });
        assertFalse(isOpen(HIGH), kind.name());
    }

    /** The way to end it that {@link Fd#close} names. */
    @ParameterizedTest
    @EnumSource(names = {"RECV", "SEND", "RECV_BUFFER", "SEND_ARRAY", "RECVFROM", "RECVMSG", "SENDMSG", "RECVMMSG",
        "SENDMMSG", "ACCEPT", "ACCEPT_WITH_ADDRESS", "CONNECT_TCP"})
    void aShutdownEndsItBeforeTheClose(Kind kind) throws Exception {
        Blocked blocked = kind.open(this);
        FutureTask<Object> caller = start(() -> {
            try {
                return blocked.call.call();
            } catch (ErrnoException e) {
                return e;
            }
        });
        awaitUsers(blocked.fd, 1);
        Thread.sleep(20);
        ((SocketFd) blocked.fd).shutdown(SocketFd.SHUT_RDWR);
        get(caller);
        blocked.fd.close();
        assertFalse(isOpen(HIGH), kind.name());
    }

    @Test
    void aShutdownEndsAWaitBeforeTheClose() throws Exception {
        try (SocketPair pair = SocketPair.create()) {
            FutureTask<Integer> waiter = start(() -> pair.first().await(POLLIN));
            awaitUsers(pair.first(), 1);
            Thread.sleep(20);
            pair.first().shutdown(SocketFd.SHUT_RDWR);
            assertTrue((get(waiter) & POLLIN) != 0);
        }
    }

    /** A wait is no call that could have taken anything: it says so in its own way, and a signal is enough for that. */
    @Test
    void aWaitClosedMeanwhileIsEndedByASignalAndByAnEvent() throws Exception {
        for (boolean signal : new boolean[] {true, false}) {
            EventFd other = later(EventFd.create());
            Fd fd = Fd.adopt(high(other));
            CountDownLatch over = new CountDownLatch(1);
            int[] thread = new int[1];
            FutureTask<Integer> waiter = new FutureTask<>(() -> fd.await(POLLIN));
            start(() -> {
                thread[0] = Signals.thisThread();
                waiter.run();
                // signals need a thread to go to
                over.await();
                return null;
            });
            awaitUsers(fd, 1);
            Thread.sleep(20);
            fd.close();
            assertTrue(isOpen(HIGH));
            Throwable thrown;
            try (Signals.Storm _ = signal ? new Signals.Storm(thread[0], MILLI) : null) {
                assertTrue(signal || other.write(1));
                thrown = assertThrows(ExecutionException.class, () -> get(waiter)).getCause();
            } finally {
                over.countDown();
            }
            assertInstanceOf(AsynchronousCloseException.class, thrown);
            assertFalse(isOpen(HIGH));
        }
    }

    @Test
    void signalsDoNotEndAWait() throws Exception {
        EventFd fd = later(EventFd.create());
        FutureTask<Integer> waiter = start(() -> {
            try (Signals.Storm storm = Signals.storm(MILLI)) {
                int found = fd.await(POLLIN, Duration.ofSeconds(LONG_NANOS / 1_000_000_000));
                assertTrue(storm.sent() > 0);
                return found;
            }
        });
        awaitUsers(fd, 1);
        Thread.sleep(50);
        assertFalse(waiter.isDone());
        fd.write(1);
        assertEquals(POLLIN, get(waiter));
    }
}
