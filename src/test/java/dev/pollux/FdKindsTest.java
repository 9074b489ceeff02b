package dev.pollux;

import static dev.pollux.Support.assertErrno;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every kind of {@link Fd} has. The kinds are found among the classes of the library, none is listed here. */
@Timeout(60)
class FdKindsTest {
    static List<Class<?>> kinds() throws Exception {
        Path classes = Path.of(Fd.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.list(classes.resolve("dev/pollux"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".class"))
                    .<Class<?>>map(name -> load("dev.pollux." + name.replace(".class", "")))
                    .filter(type -> Fd.class.isAssignableFrom(type) && Modifier.isPublic(type.getModifiers())).toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Fd.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Fd make(Class<?> kind, String method, int number) throws ReflectiveOperationException {
        Method declared = kind.getDeclaredMethod(method, int.class); // an inherited one returns another type
        assertTrue(Modifier.isPublic(declared.getModifiers()) && Modifier.isStatic(declared.getModifiers()));
        assertSame(kind, declared.getReturnType());
        Fd made = (Fd) declared.invoke(null, number);
        assertSame(kind, made.getClass());
        assertEquals(number, made.fd());
        return made;
    }

    @Test
    void allKindsAreFound() throws Exception {
        assertTrue(kinds().containsAll(List.of(Fd.class, Epoll.class, SocketFd.class)), () -> "not all");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatIsAdoptedIsClosedAndWhatIsBorrowedStays(Class<?> kind) throws Exception {
        try (EventFd owner = EventFd.create()) {
            Fd borrowed = make(kind, "borrow", owner.fd());
            assertThrows(IllegalStateException.class, borrowed::detach);
            borrowed.close();
            assertFalse(borrowed.isOpen());
            assertTrue(Support.isOpen(owner.fd()));

            int number = Fcntl.dup(owner).detach();
            Fd adopted = make(kind, "adopt", number);
            adopted.close();
            assertFalse(Support.isOpen(number));
        }
    }

    /** The number is trusted: a wrong kind is found out by the first call. */
    @Test
    void whatIsOfAnotherKindIsRefusedByTheFirstCall() throws Exception {
        try (Pipe pipe = Pipe.create(Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC); Arena arena = Arena.ofConfined()) {
            int number = pipe.reader().fd();
            Support.write(pipe.writer(), "not 8");
            assertThrows(IllegalStateException.class, () -> EventFd.borrow(number).read());
            Support.write(pipe.writer(), "neither of them");
            assertThrows(IllegalStateException.class, () -> SignalFd.borrow(number).read(SignalEvents.allocate(arena, 1)));
            Support.write(pipe.writer(), "neither of them");
            assertThrows(IllegalStateException.class,
                    () -> Inotify.borrow(number).read(InotifyEvents.allocate(arena, 512)));
            assertErrno(Errno.EINVAL, () -> Epoll.borrow(number).poll(EpollEvents.allocate(arena, 1)));
            assertErrno(Errno.EINVAL, () -> TimerFd.borrow(number).remaining());
            assertErrno(Errno.ENOTTY, () -> Pty.borrow(number).path());
            assertErrno(Errno.ENOTSOCK, () -> SocketFd.borrow(number).getsockname());
            assertErrno(Errno.EBADF, () -> PidFd.borrow(number).sendSignal(0));
        }
    }

    @Test
    void aBorrowedEpollWatchesWhatItsOwnerDoes() throws Exception {
        try (Epoll owner = Epoll.create(); EventFd fd = EventFd.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 2);
            Epoll view = Epoll.borrow(owner.fd());
            view.add(fd, Epoll.EPOLLIN);
            fd.write(1);
            assertEquals(1, owner.poll(events));
            assertEquals(1, view.poll(events));
            view.close();
            assertEquals(1, owner.poll(events));
            assertEquals(fd.fd(), events.fd(0));
        }
    }

    @Test
    void closingABorrowedEpollLeavesNothingInItAndItsWaiterIsToldWhenItReturns() throws Exception {
        try (Epoll owner = Epoll.create(); EventFd fd = EventFd.create(); Arena arena = Arena.ofShared()) {
            Epoll view = Epoll.borrow(owner.fd());
            owner.add(fd, Epoll.EPOLLIN);
            FutureTask<Integer> waiter = Support.startAsleep(() -> view.await(EpollEvents.allocate(arena, 1)));
            view.close();
            assertEquals(0, owner.poll(EpollEvents.allocate(arena, 1)));
            assertFalse(waiter.isDone());
            fd.write(1);
            Throwable thrown = assertThrows(ExecutionException.class, () -> waiter.get()).getCause();
            assertSame(AsynchronousCloseException.class, thrown.getClass());
        }
    }
}
