package dev.pollux.bench;

import dev.pollux.Cmsg;
import dev.pollux.Message;
import dev.pollux.Messages;
import dev.pollux.SocketFd;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;

/** What is open for the contestants of a row, and is closed with it. They belong to the thread that opened it. */
public abstract class Row implements Closeable, Supplier<List<Contestant>> {
    static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);

    final Arena arena = Arena.ofConfined();
    private final Optional<Path> library;
    private final List<Contestant> contestants = new ArrayList<>();
    private final Deque<Closeable> opened = new ArrayDeque<>();

    /** With C's code, if there is a compiler. */
    Row(Optional<Path> library) {
        this.library = library;
    }

    @Override
    public final List<Contestant> get() {
        return contestants;
    }

    final void add(String row, String name, Contestant.Step step, IntToLongFunction expected) {
        contestants.add(new Contestant(row, name, Contestant.loop(step), expected));
    }

    /**
     * Adds C, if there is a compiler: a function {@code int64_t f(int64_t n, const int64_t *arguments)} that does the
     * work n times, so that calling it costs nothing, and returns the sum or -errno.
     */
    @SuppressWarnings("restricted")
    final void addC(String row, String name, String function, IntToLongFunction expected, long... arguments) {
        if (library.isPresent()) {
            MethodHandle handle = Linker.nativeLinker().downcallHandle(
                    SymbolLookup.libraryLookup(library.get(), arena).findOrThrow(function),
                    FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
            MemorySegment array = arena.allocateFrom(ValueLayout.JAVA_LONG, arguments);
            contestants.add(new Contestant(row, name, n -> (long) handle.invokeExact((long) n, array), expected));
        }
    }

    /** A socket for datagrams, on the loopback interface. */
    final SocketFd udp(int flags) throws IOException {
        SocketFd socket = opened(SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_DGRAM, 0, flags));
        socket.bind(ANY_PORT);
        return socket;
    }

    final SocketFd udpTo(SocketFd receiver) throws IOException {
        SocketFd sender = udp(0);
        sender.connect(receiver.getsockname());
        return sender;
    }

    /** One buffer that is sent as datagrams of some bytes each. */
    final Message segmented(int datagrams, int bytes) {
        Message message = Message.allocate(arena, 1, Cmsg.space(Cmsg.UDP_SEGMENT));
        message.buffer(arena.allocate((long) datagrams * bytes));
        message.control().add(Cmsg.UDP_SEGMENT, bytes);
        return message;
    }

    /** With a buffer of so many bytes each. */
    final Messages messages(int count, int bytes) {
        Messages messages = Messages.allocate(arena, count, 1, 0);
        for (int i = 0; i < count; i++) {
            messages.get(i).buffer(arena.allocate(bytes));
        }
        return messages;
    }

    /** The sum of the lengths of those that were received. */
    static long lengths(Messages messages, int received) {
        long sum = 0;
        for (int i = 0; i < received; i++) {
            sum += messages.get(i).length();
        }
        return sum;
    }

    final <T extends Closeable> T opened(T object) {
        opened.push(object);
        return object;
    }

    @Override
    public void close() throws IOException {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        arena.close();
    }
}
