package dev.pollux;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Calls every public method of the library with hostile arguments, from several threads, platform and virtual ones,
 * that share their objects. It may see the documented exceptions, and no others; the memory beside every array stays as
 * it is. Runs in a JVM of its own, which must not crash: {@link HostileCallsTest}, or for longer
 * {@code java -cp src/target/classes:src/target/test-classes:JSPECIFY --enable-native-access=ALL-UNNAMED
 * dev.pollux.HostileCalls SEED CALLS}, in a directory that may be thrown away: a socket may get any name in it.
 *
 * <p>It passes only numbers that it opened itself, far above those that the JVM uses, and makes no descriptor blocking,
 * because nobody would end such a call.
 */
final class HostileCalls {
    private static final int THREADS = 4;
    private static final int OBJECTS = 32;
    private static final int ABOVE_THE_JVMS = 1000;
    private static final byte CANARY = 0x5a;
    private static final long GUARD = 256;

    private static final List<Class<?>> API = List.of(CanAddress.class, Cmsg.class, Cmsg.Number.class,
            Cmsg.Struct.class, ControlMessages.class, Epoll.class, EpollEvents.class, Errno.class,
            EventFd.class,
            Fcntl.class, Fcntl.Owner.class, Fd.class, FdSet.class, FdStreams.class, Flock.class, Inotify.class,
            InotifyEvents.class, Ioctl.class, IoVec.class, Locks.class, MemFd.class, Message.class, Messages.class,
            NetlinkAddress.class, PacketAddress.class, PidFd.class, Pipe.class, Poll.class, PollFds.class, Pollux.class,
            Pty.class,
            Select.class, SignalEvents.class, SignalFd.class, SigSet.class, SockaddrStorage.class, SocketFd.class,
            SocketPair.class, SockExtendedErr.class, Sockopt.GroupReq.class, Sockopt.GroupSourceReq.class,
            Sockopt.PacketMreq.class, Sockopt.Value.class, Splice.class, TcpInfo.class, Terminal.class, Termios.class,
            Termios.Change.class, TimerFd.class,
            UnixAbstractAddress.class, VsockAddress.class, Winsize.class);

    /** Requests that change nothing for anybody but the descriptor. */
    private static final List<Ioctl.Pointer> POINTERS = List.of(Ioctl.FIONREAD, Ioctl.TIOCOUTQ, Ioctl.TIOCGWINSZ,
            Ioctl.TIOCSWINSZ, Ioctl.TCGETS2, Ioctl.TCSETS2, Ioctl.TIOCMGET, Ioctl.TIOCGETD, Ioctl.TIOCGPGRP);

    private static final List<Ioctl.Value> VALUES =
            List.of(Ioctl.TCFLSH, Ioctl.TCXONC, Ioctl.TCSBRK, Ioctl.TCSBRKP, Ioctl.TIOCMIWAIT);

    /** Options of each type, of several levels; and one whose type is not that of the kernel's value. */
    private static final Map<String, List<? extends Sockopt.Option>> OPTIONS = Map.of(
            "Int", List.of(Sockopt.SO_RCVBUF, Sockopt.SO_ERROR, Sockopt.IP_TTL, Sockopt.TCP_MAXSEG,
                    new Sockopt.Int("SO_PEERGROUPS", SocketFd.SOL_SOCKET, 59)),
            "Flag", List.of(Sockopt.SO_BROADCAST, Sockopt.TCP_NODELAY, Sockopt.NETLINK_EXT_ACK,
                    new Sockopt.Flag("SO_LINGER", SocketFd.SOL_SOCKET, 13)),
            "Int64", List.of(Sockopt.SO_COOKIE, Sockopt.SO_MAX_PACING_RATE,
                    new Sockopt.Int64("TCP_INFO", SocketFd.IPPROTO_TCP, 11)),
            "Readable", List.of((Sockopt.Option) Sockopt.TCP_INFO, Sockopt.SO_LINGER, Sockopt.SO_BINDTODEVICE,
                    Sockopt.TCP_CONGESTION, Sockopt.PACKET_STATISTICS, Sockopt.SO_PEERCRED, Sockopt.SO_PEERGROUPS,
                    (Sockopt.Option) Sockopt.MCAST_JOIN_GROUP),
            "Writable", List.of((Sockopt.Option) Sockopt.TCP_CONGESTION, Sockopt.SO_BINDTODEVICE, Sockopt.TCP_INFO));

    private static final List<Cmsg.Number> NUMBERS = List.of(Cmsg.IP_TTL, Cmsg.IP_TOS, Cmsg.UDP_SEGMENT,
            new Cmsg.Number("LONG", SocketFd.SOL_SOCKET, 61, 8));

    private static final List<IntFunction<? extends Fd>> ADOPTERS =
            List.of(Fd::adopt, SocketFd::adopt, PidFd::adopt, n -> {
                throw new IllegalStateException("not this one: " + n);
            });

    private static @Nullable Process victim;

    /** Waits without a timeout, which nobody would end. */
    private static final List<String> UNBOUNDED = List.of("await", "ofdSetlkw", "setlkw");

    private final Map<Class<?>, AtomicReferenceArray<@Nullable Object>> objects = new ConcurrentHashMap<>();
    private final List<Method> methods = new ArrayList<>();
    private final Map<String, LongAdder> outcomes = new ConcurrentSkipListMap<>();
    private final Path folder;
    private volatile @Nullable Throwable failure;

    private HostileCalls(Path folder) {
        this.folder = folder;
        for (Class<?> type : API) {
            for (Method method : type.getMethods()) {
                // a raw call is trusted as in C
                if (method.getDeclaringClass().getPackage() == HostileCalls.class.getPackage()
                        && !method.getName().equals("raw")
                        && !(UNBOUNDED.contains(method.getName()) && isUnbounded(method))) {
                    methods.add(method);
                }
            }
            if (!Modifier.isAbstract(type.getModifiers())) {
                objects.put(type, new AtomicReferenceArray<>(OBJECTS));
            }
        }
        // getMethods has no fixed order, and a seed should mean the same tomorrow
        methods.sort((a, b) -> a.toString().compareTo(b.toString()));
    }

    private static boolean isUnbounded(Method method) {
        return List.of(method.getParameterTypes()).stream().noneMatch(t -> t == Duration.class || t == long.class);
    }

    public static void main(String[] args) throws Exception {
        long seed = Long.parseLong(args[0]);
        long calls = Long.parseLong(args[1]);
        HostileCalls hostile = new HostileCalls(Files.createTempDirectory(Path.of(""), "hostile"));
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            SplittableRandom random = new SplittableRandom(seed + t);
            Thread.Builder kind = t % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
            threads.add(kind.start(() -> hostile.run(random, calls / THREADS)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        victim().destroyForcibly();
        Throwable failure = hostile.failure;
        if (failure != null) {
            System.out.println("seed " + seed + ":");
            failure.printStackTrace(System.out);
            System.exit(1);
        }
        long sum = hostile.outcomes.values().stream().mapToLong(LongAdder::sum).sum();
        System.out.println(sum + " calls of " + hostile.methods.size() + " methods, seed " + seed + ", "
                + new TreeMap<>(hostile.outcomes));
    }

    private void run(SplittableRandom random, long calls) {
        try (Memory memory = new Memory(random)) {
            for (long i = 0; i < calls && failure == null; i++) {
                Method method = methods.get(random.nextInt(methods.size()));
                @Nullable Object[] arguments = new Object[method.getParameterCount()];
                Object target = null;
                if (!Modifier.isStatic(method.getModifiers())) {
                    target = object(method.getDeclaringClass(), random, memory);
                    if (target == null) {
                        continue;
                    }
                }
                for (int a = 0; a < arguments.length; a++) {
                    arguments[a] = argument(method, method.getParameterTypes()[a], random, memory);
                }
                outcomes.computeIfAbsent(call(method, target, arguments, random), k -> new LongAdder()).increment();
                if (i % 1024 == 0) {
                    memory.check();
                }
            }
            memory.check();
        } catch (Throwable e) {
            failure = e;
        }
    }

    private String call(Method method, @Nullable Object target, @Nullable Object[] arguments, SplittableRandom random)
            throws Exception {
        try {
            Object result = method.invoke(target, arguments);
            if (method.getName().equals("detach")) {
                closeQuietly(Fd.adopt((int) result));
            }
            if (result != null && objects.containsKey(result.getClass())) {
                Object before = objects.get(result.getClass()).getAndSet(random.nextInt(OBJECTS), result);
                if (before instanceof Closeable closeable && before != result) {
                    closeQuietly(closeable);
                }
            }
            return "returned";
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getCause();
            if (thrown instanceof ErrnoException || thrown instanceof AsynchronousCloseException
                    || method.getDeclaringClass() == FdStreams.class
                            && (thrown instanceof TimedOutException || thrown instanceof EOFException)
                    || thrown instanceof IllegalArgumentException || thrown instanceof IllegalStateException
                    || thrown instanceof IndexOutOfBoundsException || thrown instanceof NullPointerException
                    || thrown instanceof WrongThreadException || thrown instanceof TermiosException
                    || thrown instanceof UnsupportedOperationException
                            && (method.getName().endsWith("name") || method.getName().endsWith("sockopt")
                                    || target instanceof SockaddrStorage)) {
                return thrown.getClass().getSimpleName();
            }
            throw new AssertionError(method + " threw what is not documented", thrown);
        }
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException | IllegalStateException | WrongThreadException e) {
            // in use by another thread, or closed behind its back, by another object with the same number: what hostile callers do
        }
    }

    /** An object of the type, or of one below it, made if there is none yet. */
    private @Nullable Object object(Class<?> type, SplittableRandom random, Memory memory) {
        List<Class<?>> kinds = objects.keySet().stream().filter(type::isAssignableFrom)
                .sorted((a, b) -> a.getName().compareTo(b.getName())).toList();
        if (kinds.isEmpty()) {
            return null;
        }
        Class<?> kind = kinds.get(random.nextInt(kinds.size()));
        int index = random.nextInt(OBJECTS);
        Object object = objects.get(kind).get(index);
        if (object == null || object instanceof Fd fd && !fd.isOpen() && random.nextInt(4) > 0) {
            try {
                object = make(kind, random, memory);
            } catch (IOException e) {
                return null;
            }
            Object before = objects.get(kind).getAndSet(index, object);
            if (before instanceof Closeable closeable) {
                closeQuietly(closeable);
            }
        }
        return object;
    }

    private static @Nullable Object make(Class<?> kind, SplittableRandom random, Memory memory) throws IOException {
        Arena arena = memory.liveArena();
        return switch (kind.getSimpleName()) {
            case "Epoll" -> Epoll.create();
            case "EpollEvents" -> EpollEvents.allocate(arena, 1 + random.nextInt(8));
            case "EventFd" -> EventFd.create();
            case "Owner" -> new Fcntl.Owner(random.nextInt(4), 0);
            case "Fd" -> borrowedOrOwned(random);
            case "Flock" -> new Flock(random.nextInt(3), random.nextInt(3), random.nextInt(-10, 100),
                    random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(100), random.nextInt());
            case "FdSet" -> FdSet.allocate(arena, 64 << random.nextInt(8));
            case "Inotify" -> Inotify.create();
            case "Number" -> NUMBERS.get(random.nextInt(NUMBERS.size()));
            case "Struct" -> Cmsg.rights(1 + random.nextInt(Cmsg.SCM_MAX_FD));
            case "SockExtendedErr" -> new SockExtendedErr(random.nextInt(), 1, 2, 3, 4, 5, null);
            case "Message" -> messages(arena, 1, random).get(0);
            case "Messages" -> messages(arena, 1 + random.nextInt(4), random);
            case "ControlMessages" -> messages(arena, 1, random).get(0).control();
            case "MemFd" -> MemFd.create("hostile", MemFd.MFD_CLOEXEC | random.nextInt(4));
            case "InotifyEvents" -> InotifyEvents.allocate(arena, InotifyEvents.MIN_BYTES + random.nextInt(64));
            case "IoVec" -> {
                IoVec vector = IoVec.allocate(arena, 1 + random.nextInt(4));
                for (int i = random.nextInt(3); i > 0 && vector.size() < vector.capacity(); i--) {
                    vector.add(arena.allocate(16));
                }
                yield vector;
            }
            case "PidFd" -> PidFd.of(victim().toHandle());
            case "Pipe" -> Pipe.create();
            case "PollFds" -> PollFds.allocate(arena, 1 + random.nextInt(8));
            case "Pty" -> Pty.create();
            case "SockaddrStorage" -> {
                SockaddrStorage address = SockaddrStorage.allocate(arena);
                if (random.nextBoolean()) { // of any family, with a length that lies
                    byte[] bytes = new byte[random.nextInt(SockaddrStorage.BYTES + 1)];
                    random.nextBytes(bytes);
                    if (bytes.length > 1) {
                        bytes[0] = (byte) random.nextInt(46);
                        bytes[1] = 0;
                    }
                    if (bytes.length > 2 && bytes[2] == '/') { // a name that a socket may be bound to, outside of here
                        bytes[2] = '.';
                    }
                    address.set(MemorySegment.ofArray(bytes));
                }
                yield address;
            }
            case "NetlinkAddress" -> NetlinkAddress.of(random.nextInt(), random.nextInt());
            case "PacketAddress" -> PacketAddress.of(random.nextInt(65_536), random.nextInt(9), new byte[6]);
            case "VsockAddress" -> VsockAddress.of(random.nextInt(), random.nextInt());
            case "CanAddress" -> CanAddress.of(random.nextInt());
            case "GroupReq" -> new Sockopt.GroupReq(random.nextInt(3), InetAddress.getByName("239.9.9.9"));
            case "GroupSourceReq" -> new Sockopt.GroupSourceReq(
                    random.nextInt(3), InetAddress.getByName("ff02::9"), InetAddress.getByName("::1"));
            case "PacketMreq" -> Sockopt.PacketMreq.promiscuous(random.nextInt(3));
            case "Value" -> Sockopt.SO_LINGER;
            case "TcpInfo" -> new TcpInfo(new byte[random.nextInt(300)]);
            case "Termios" -> {
                try (Pty pty = Pty.create()) {
                    yield Termios.get(pty);
                }
            }
            case "Change" -> {
                try (Pty pty = Pty.create()) {
                    yield Termios.change(pty, Termios::raw, Termios.TCSANOW);
                }
            }
            case "Winsize" -> new Winsize(random.nextInt(65_536), random.nextInt(65_536));
            case "UnixAbstractAddress" -> UnixAbstractAddress.of("hostile" + random.nextInt(4));
            case "SignalEvents" -> SignalEvents.allocate(arena, 1 + random.nextInt(8));
            case "SignalFd" -> SignalFd.create(SigSet.empty(Arena.ofAuto())); // no signal is blocked here
            case "SigSet" -> random.nextBoolean() ? SigSet.full(arena) : SigSet.empty(arena);
            case "SocketFd" -> {
                if (random.nextBoolean()) {
                    SocketPair pair = SocketPair.create();
                    pair.second().close();
                    yield pair.first();
                }
                int userSockets = 2; // NETLINK_USERSOCK, by which nobody changes anything
                yield random.nextInt(4) == 0 ? SocketFd.create(SocketFd.AF_NETLINK, SocketFd.SOCK_RAW, userSockets,
                        SocketFd.SOCK_NONBLOCK | SocketFd.SOCK_CLOEXEC)
                        : SocketFd.create(SocketFd.AF_INET, 1 + random.nextInt(2));
            }
            case "SocketPair" -> SocketPair.create();
            case "TimerFd" -> TimerFd.create(random.nextInt(2));
            default -> null;
        };
    }

    /** A number above those of the JVM: one's own, someone else's, a closed one, or one that never was open. */
    private static Fd borrowedOrOwned(SplittableRandom random) throws IOException {
        try (EventFd eventFd = EventFd.create()) {
            Fd high = Fcntl.dup(eventFd, ABOVE_THE_JVMS + random.nextInt(200));
            return switch (random.nextInt(4)) {
                case 0 -> high;
                case 1 -> {
                    high.close();
                    yield Fd.borrow(ABOVE_THE_JVMS + random.nextInt(200));
                }
                case 2 -> {
                    high.close();
                    yield Fd.borrow(Integer.MAX_VALUE - random.nextInt(2));
                }
                default -> Fd.adopt(high.fd());
            };
        }
    }

    /** Some that can be sent and received as they are. */
    private static Messages messages(Arena arena, int count, SplittableRandom random) {
        Messages messages = Messages.allocate(arena, count, 1 + random.nextInt(3), random.nextInt(3) * 128);
        for (int i = 0; i < count && random.nextInt(4) > 0; i++) {
            messages.get(i).buffer(arena.allocate(random.nextInt(100)));
            messages.get(i).address(random.nextBoolean() ? SockaddrStorage.allocate(arena) : null);
        }
        return messages;
    }

    private @Nullable Object argument(Method method, Class<?> type, SplittableRandom random, Memory memory)
            throws IOException {
        if (!type.isPrimitive() && random.nextInt(32) == 0) {
            return null;
        }
        return switch (type.getSimpleName()) {
            case "int" -> number(method, random);
            case "long" -> method.getName().equals("open") ? process(random)
                    : method.getName().startsWith("await") ? (long) random.nextInt(-1000, 100_000)
                    // a file that is sent to itself grows
                    : method.getDeclaringClass() == Splice.class ? random.nextInt(-4, 10_000)
                    : random.nextInt(8) == 0 ? 1 : random.nextLong();
            case "boolean" -> method.getName().equals("setNonBlocking") || random.nextBoolean();
            case "Duration" -> Duration.ofNanos(random.nextInt(-1000, 100_000));
            case "ProcessHandle" -> victim().toHandle();
            case "Arena" -> memory.arena();
            case "MemorySegment" -> memory.segment();
            case "Path" -> folder.resolve("file" + random.nextInt(4));
            case "SocketAddress" -> address(random);
            case "Object" -> "reno";
            case "Int", "Flag", "Int64", "Readable", "Writable" -> {
                if (type == Termios.Flag.class) {
                    yield Termios.Flag.values()[random.nextInt(Termios.Flag.values().length)];
                }
                List<? extends Sockopt.Option> options = OPTIONS.get(type.getSimpleName());
                yield options.get(random.nextInt(options.size()));
            }
            case "Unit" -> Sockopt.Unit.values()[random.nextInt(Sockopt.Unit.values().length)];
            case "Number" -> NUMBERS.get(random.nextInt(NUMBERS.size()));
            case "Kind" -> random.nextBoolean() ? NUMBERS.get(random.nextInt(NUMBERS.size())) : Cmsg.SCM_CREDENTIALS;
            case "Kind[]" -> new Cmsg.Kind[] {Cmsg.IP_RECVERR, Cmsg.rights(1 + random.nextInt(Cmsg.SCM_MAX_FD))};
            case "Fd[]" -> {
                Fd[] fds = new Fd[random.nextInt(5)];
                for (int i = 0; i < fds.length; i++) {
                    fds[i] = (Fd) object(Fd.class, random, memory);
                }
                yield fds;
            }
            case "MemorySegment[]" -> {
                MemorySegment[] segments = new MemorySegment[random.nextInt(4)];
                for (int i = 0; i < segments.length; i++) {
                    segments[i] = memory.segment();
                }
                yield segments;
            }
            case "IntFunction" -> ADOPTERS.get(random.nextInt(ADOPTERS.size()));
            case "Field" -> TcpInfo.Field.values()[random.nextInt(TcpInfo.Field.values().length)];
            case "InetAddress" -> InetAddress.getByAddress(new byte[random.nextBoolean() ? 4 : 16]);
            case "NetworkInterface" -> NetworkInterface.getByIndex(1);
            case "None" -> random.nextBoolean() ? Ioctl.TIOCEXCL : Ioctl.TIOCNXCL;
            case "Value" -> VALUES.get(random.nextInt(VALUES.size()));
            case "Pointer" -> POINTERS.get(random.nextInt(POINTERS.size()));
            case "Flag[]" -> random.ints(random.nextInt(4), 0, Termios.Flag.values().length)
                    .mapToObj(i -> Termios.Flag.values()[i]).toArray(Termios.Flag[]::new);
            case "UnaryOperator" -> (UnaryOperator<Termios>) Termios::cbreak;
            case "String" -> "n\u00e4me".repeat(random.nextInt(40));
            case "byte[]" -> new byte[random.nextInt(120)];
            case "ByteBuffer" -> memory.buffer();
            default -> {
                if (objects.keySet().stream().noneMatch(type::isAssignableFrom)) {
                    throw new AssertionError("nobody knows what to pass as " + type + " to " + method);
                }
                yield object(type, random, memory);
            }
        };
    }

    /** The process that is asked about, and sent any signal; the next one when it has died of that. */
    private static synchronized Process victim() throws IOException {
        if (victim == null || !victim.isAlive()) {
            victim = new ProcessBuilder("sleep", "200").start();
        }
        return victim;
    }

    /** Not a process that somebody needs: it would be sent signals. */
    private static long process(SplittableRandom random) throws IOException {
        return switch (random.nextInt(4)) {
            case 0 -> -random.nextLong(1L << 40);
            case 1 -> random.nextLong(1L << 30, Long.MAX_VALUE);
            default -> victim().pid();
        };
    }

    private static int number(Method method, SplittableRandom random) {
        int any = switch (random.nextInt(6)) {
            case 0 -> random.nextInt();
            case 1 -> 1 << random.nextInt(32);
            case 2 -> Integer.MAX_VALUE;
            case 3 -> -random.nextInt(100);
            default -> random.nextInt(1100);
        };
        return switch (method.getName()) {
            // not the numbers of the JVM's own files
            case "adopt", "borrow" -> any < 0 ? any : ABOVE_THE_JVMS + any % 200;
            // what is blocking stays so for ever, and SIGIO ends a process
            case "setFlags" -> (any | Fcntl.O_NONBLOCK) & ~Fcntl.O_ASYNC;
            case "create", "accept" -> any | SocketFd.SOCK_NONBLOCK;
            case "open", "openat" -> (any | Fcntl.O_NONBLOCK) & ~Fcntl.O_ASYNC;
            // gigabytes are no news
            case "allocate" -> method.getDeclaringClass() == Messages.class ? any % 40 : any & 0x8000ffff;
            case "setPipeSize" -> any & 0x800fffff;
            default -> any;
        };
    }

    private SocketAddress address(SplittableRandom random) throws IOException {
        return switch (random.nextInt(9)) {
            case 5 -> NetlinkAddress.of(random.nextInt(), 0);
            case 6 -> PacketAddress.of(random.nextInt(65_536), 1);
            case 7 -> VsockAddress.of(random.nextInt(), random.nextInt());
            case 8 -> CanAddress.of(random.nextInt(), random.nextInt(), random.nextInt());
            case 0 -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            case 1 -> new InetSocketAddress(InetAddress.getByName("::1"), 0);
            case 2 -> UnixAbstractAddress.of("hostile" + random.nextInt(4));
            case 3 -> UnixDomainSocketAddress.of(folder.resolve("x".repeat(random.nextInt(1, 200))));
            default -> InetSocketAddress.createUnresolved("nowhere", 1);
        };
    }

    /** Arenas and segments of every kind, and guards around what native ones give out. */
    private static final class Memory implements AutoCloseable {
        private final SplittableRandom random;
        private final List<MemorySegment> guarded = new ArrayList<>();
        private Arena confined = Arena.ofConfined();
        private Arena shared = Arena.ofShared();
        private Arena closed = Arena.ofShared();

        Memory(SplittableRandom random) {
            this.random = random;
            closed.close();
        }

        Arena arena() {
            Arena from = switch (random.nextInt(8)) {
                case 0 -> closed;
                case 1, 2, 3 -> shared;
                default -> confined;
            };
            return new Arena() {
                @Override
                public MemorySegment allocate(long bytes, long alignment) {
                    MemorySegment all = from.allocate(bytes + 2 * GUARD, Math.max(8, alignment));
                    all.fill(CANARY);
                    guarded.add(all);
                    return all.asSlice(GUARD, bytes).fill((byte) 0);
                }

                @Override
                public MemorySegment.Scope scope() {
                    return from.scope();
                }

                @Override
                public void close() {
                    from.close();
                }
            };
        }

        MemorySegment segment() {
            long bytes = random.nextInt(4) == 0 ? 0 : random.nextInt(1, 5000);
            return switch (random.nextInt(10)) {
                case 0 -> MemorySegment.ofArray(new byte[(int) bytes]);
                case 1 -> liveArena().allocate(bytes).asReadOnly();
                case 2 -> MemorySegment.NULL;
                case 3 -> MemorySegment.ofAddress(random.nextLong());
                case 4 -> MemorySegment.ofArray(new long[8]).asReadOnly();
                default -> liveArena().allocate(bytes);
            };
        }

        ByteBuffer buffer() {
            int bytes = random.nextInt(1, 5000);
            ByteBuffer buffer = switch (random.nextInt(5)) {
                case 0 -> ByteBuffer.allocate(bytes).asReadOnlyBuffer();
                case 1 -> liveArena().allocate(bytes).asByteBuffer().asReadOnlyBuffer();
                case 2 -> MemorySegment.ofArray(new byte[bytes]).asSlice(bytes / 2).asByteBuffer();
                case 3 -> ByteBuffer.allocate(20 * bytes);
                default -> liveArena().allocate(bytes).asByteBuffer();
            };
            return buffer.position(random.nextInt(buffer.limit() + 1));
        }

        Arena liveArena() {
            Arena arena = arena();
            return arena.scope().isAlive() ? arena : confined;
        }

        /** Looks at all guards; now and then gives all memory back, also that of objects which others still use. */
        void check() {
            for (MemorySegment all : guarded) {
                check(all, 0);
                check(all, all.byteSize() - GUARD);
            }
            if (guarded.size() > 20_000) {
                guarded.clear();
                confined.close();
                confined = Arena.ofConfined();
                Arena old = shared;
                shared = Arena.ofShared();
                try {
                    old.close();
                } catch (IllegalStateException e) {
                    // a call of another thread is using it: FFM does not let it go
                }
            }
        }

        private static void check(MemorySegment all, long from) {
            for (long i = from; i < from + GUARD; i += Long.BYTES) {
                if (all.get(ValueLayout.JAVA_LONG_UNALIGNED, i) != CANARY * 0x0101010101010101L) {
                    throw new AssertionError("the memory beside a buffer has changed");
                }
            }
        }

        @Override
        public void close() {
            confined.close();
        }
    }
}
