package dev.pollux;

import dev.pollux.generated.in6_pktinfo;
import dev.pollux.generated.in_pktinfo;
import dev.pollux.generated.sock_extended_err;
import dev.pollux.generated.socket_h;
import dev.pollux.generated.timespec;
import dev.pollux.generated.ucred;
import dev.pollux.internal.Closing;
import dev.pollux.internal.ControlData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code msg_control}: the control messages of a {@link Message}, which say more about its data, or carry descriptors.
 *
 * <p><b>To send</b> some, {@link #clear} what is there, and add them; they stay for the next call as well, until there
 * is a receive.
 *
 * <p><b>What was received</b> is read by index, below {@link #size}, or by its kind, until the next receive: {@snippet
 * class="dev.pollux.Snippets" region="control"}
 * It is what the kernel wrote, looked at with suspicion: a message with an impossible length is dropped, together with
 * all that follow it.
 *
 * <p><b>Descriptors</b> that were received are owned by this object, close-on-exec, from the moment when the call
 * returns. Each is handed out once, by {@link #take} or {@link #takePidFd}. Those that nobody took are closed by the
 * next receive, and by {@link Message#close}. Their numbers cannot be seen otherwise; in {@link #data} they are -1.
 * Peeking ({@link SocketFd#MSG_PEEK}) opens them, too; receiving the message later opens others for the same files.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/cmsg.3.html">cmsg(3)</a>
 */
@SuppressWarnings("exports") // JSpecify: a module that uses this one need not have it
public final class ControlMessages {
    static final int MAX_BYTES = 1 << 16;

    private static final int SOCKET = socket_h.SOL_SOCKET();
    private static final int RIGHTS = socket_h.SCM_RIGHTS();
    private static final int PIDFD = socket_h.SCM_PIDFD();
    private static final int TAKEN = -1;
    private static final int NO_PIDFD = Integer.MIN_VALUE;
    private static final int[] NONE = {};
    private static final Fd[] NO_FDS = {};

    private final Messages memory;
    private final long base;
    private final int capacity;

    private int used;
    /** Whether it was built here, and is to be sent. */
    private boolean built;
    private int count;
    private final int[] offsets;
    private final int[] lengths;

    /** What is to be sent; where the numbers go is the only SCM_RIGHTS that was built. */
    private Fd[] rights = NO_FDS;
    private int rightsCount;
    private long rightsOffset;

    /** What was received, and {@link #TAKEN} where it was handed out, or closed. */
    private final int[] numbers;
    private int numbersCount;
    /** The number that was received; -errno, as the kernel wrote it; {@link #TAKEN}; or {@link #NO_PIDFD}. */
    private int pidFd = NO_PIDFD;

    ControlMessages(Messages memory, long base, int capacity) {
        this.memory = memory;
        this.base = base;
        this.capacity = capacity;
        offsets = capacity == 0 ? NONE : new int[capacity / ControlData.HEADER];
        lengths = capacity == 0 ? NONE : new int[capacity / ControlData.HEADER];
        numbers = capacity == 0 ? NONE : new int[capacity / Integer.BYTES];
    }

    /**
     * How much room there is.
     *
     * @return the number of bytes given when it was allocated, rounded up to 8
     */
    public int capacity() {
        return capacity;
    }

    // to send

    /**
     * Forgets what was received, but for descriptors that nobody took yet, and what was added.
     *
     * @throws IllegalStateException if another thread is using the message
     */
    public void clear() {
        memory.begin();
        try {
            empty();
        } finally {
            memory.end();
        }
    }

    private void empty() {
        used = 0;
        count = 0;
        built = false;
        Arrays.fill(rights, 0, rightsCount, null);
        rightsCount = 0;
    }

    /**
     * {@code SCM_RIGHTS}: sends descriptors with the next data, over a Unix-domain socket. Who receives them gets
     * duplicates of its own, as by {@code dup}.
     *
     * <p>The objects are kept, not their numbers: the call that sends uses the numbers they have then, keeps them from
     * being closed until it is over, and fails if one is closed by then. On a stream they go with the first byte, so
     * there has to be one. After a call that sent only a part of the data {@link #clear} them, before the rest is sent.
     *
     * @param fds from 1 to 253, in one call of this method for each message
     * @throws IllegalArgumentException if there are none, too many, or there is too little room: {@link Cmsg#space}
     * @throws IllegalStateException if there are some already, or another thread is using the message
     */
    public void addRights(Fd... fds) {
        Fd[] all = fds.clone();
        Cmsg.Struct kind = Cmsg.rights(all.length);
        for (Fd fd : all) {
            Objects.requireNonNull(fd, "a descriptor to be sent");
        }
        memory.begin();
        try {
            if (rightsCount > 0) {
                throw new IllegalStateException(
                        "a message carries one SCM_RIGHTS: add all descriptors at once, or clear those of before");
            }
            long at = append(kind.level(), kind.type(), kind.bytes());
            memory.segment.asSlice(at, kind.bytes()).fill((byte) -1);
            rights = all;
            rightsCount = all.length;
            rightsOffset = at;
        } finally {
            memory.end();
        }
    }

    /**
     * {@code SCM_CREDENTIALS}: says who sends, over a Unix-domain socket. The kernel checks it: without privileges it
     * has to be this process, and its real, effective or saved ids. (Where the receiver has set SO_PASSCRED, the kernel
     * says so by itself.)
     *
     * @param pid {@link ProcessHandle#pid()}
     * @param uid the user
     * @param gid the group
     * @throws IllegalArgumentException if there is too little room: {@link Cmsg#space}
     * @throws IllegalStateException if another thread is using the message
     */
    public void addCredentials(int pid, int uid, int gid) {
        memory.begin();
        try {
            long at = append(Cmsg.SCM_CREDENTIALS);
            memory.segment.set(ValueLayout.JAVA_INT, at + ucred.pid$offset(), pid);
            memory.segment.set(ValueLayout.JAVA_INT, at + ucred.uid$offset(), uid);
            memory.segment.set(ValueLayout.JAVA_INT, at + ucred.gid$offset(), gid);
        } finally {
            memory.end();
        }
    }

    /**
     * A message whose data is a number, such as {@link Cmsg#UDP_SEGMENT} and {@link Cmsg#IP_TTL}.
     *
     * @param kind says how long it is
     * @param value the number
     * @throws IllegalArgumentException if the number is longer, or there is too little room: {@link Cmsg#space}
     * @throws IllegalStateException if another thread is using the message
     */
    public void add(Cmsg.Number kind, long value) {
        int bits = kind.bytes() * Byte.SIZE;
        if (bits < Long.SIZE && (value >> bits) != 0 && (value >> bits - 1) != -1) {
            throw new IllegalArgumentException(kind.name() + " has " + kind.bytes() + " bytes, too few for " + value);
        }
        memory.begin();
        try {
            long at = append(kind);
            MemorySegment s = memory.segment;
            switch (kind.bytes()) {
                case Byte.BYTES -> s.set(ValueLayout.JAVA_BYTE, at, (byte) value);
                case Short.BYTES -> s.set(ValueLayout.JAVA_SHORT, at, (short) value);
                case Integer.BYTES -> s.set(ValueLayout.JAVA_INT, at, (int) value);
                default -> s.set(ValueLayout.JAVA_LONG, at, value);
            }
        } finally {
            memory.end();
        }
    }

    /**
     * {@code IP_PKTINFO} or {@code IPV6_PKTINFO}: from which address, and by which interface, a datagram is to be sent.
     * A server that listens on all addresses answers from {@link #localAddress}: that to which it was asked, or, where
     * that was a group or a broadcast, one of this host's. (Of IPv6 it is the group itself: answer from {@code ::}
     * then.) {@link #destination} would be EINVAL or ENETUNREACH there.
     *
     * @param source an address of this host, not of a group or a broadcast; the one of all zeros leaves the choice to
     *        the kernel. IPv4 for a socket of {@link SocketFd#AF_INET}, and for IPv4 destinations of {@link
     *        SocketFd#AF_INET6}
     * @param ifindex the number of the interface; 0 leaves the choice to the kernel
     * @throws IllegalArgumentException if there is too little room: {@link Cmsg#space}
     * @throws IllegalStateException if another thread is using the message
     */
    public void addPacketInfo(InetAddress source, int ifindex) {
        byte[] bytes = source.getAddress();
        memory.begin();
        try {
            MemorySegment s = memory.segment;
            long at;
            if (source instanceof Inet4Address) {
                at = append(Cmsg.IP_PKTINFO);
                s.set(ValueLayout.JAVA_INT, at + in_pktinfo.ipi_ifindex$offset(), ifindex);
                s.set(ValueLayout.JAVA_INT, at + in_pktinfo.ipi_addr$offset(), 0);
                at += in_pktinfo.ipi_spec_dst$offset();
            } else {
                at = append(Cmsg.IPV6_PKTINFO);
                s.set(ValueLayout.JAVA_INT, at + in6_pktinfo.ipi6_ifindex$offset(), ifindex);
                at += in6_pktinfo.ipi6_addr$offset();
            }
            MemorySegment.copy(bytes, 0, s, ValueLayout.JAVA_BYTE, at, bytes.length);
        } finally {
            memory.end();
        }
    }

    /**
     * A message of any other kind, as C has it.
     *
     * @param level {@code cmsg_level}
     * @param type {@code cmsg_type}
     * @param data what is to follow the header, in native memory or on the heap
     * @throws IllegalArgumentException if there is too little room, {@link Cmsg#space}; or for SCM_RIGHTS: {@link
     *         #addRights} keeps the descriptors open until they are sent
     * @throws IllegalStateException if another thread is using the message
     */
    public void add(int level, int type, MemorySegment data) {
        if (level == SOCKET && type == RIGHTS) {
            throw new IllegalArgumentException("descriptors are sent as objects: addRights, with Fd.borrow(number) for"
                    + " one that somebody else keeps open");
        }
        memory.begin();
        try {
            int bytes = (int) Math.min(data.byteSize(), MAX_BYTES);
            long at = append(level, type, bytes);
            MemorySegment.copy(data, 0, memory.segment, at, bytes);
        } finally {
            memory.end();
        }
    }

    private long append(Cmsg.Kind kind) {
        return append(kind.level(), kind.type(), kind.bytes());
    }

    /** Adds a header, and returns where its data goes. */
    private long append(int level, int type, int bytes) {
        if (!built) {
            empty();
        }
        if (ControlData.space(bytes) > capacity - used) {
            throw new IllegalArgumentException("a control message of " + bytes + " bytes takes "
                    + ControlData.space(bytes) + " bytes, and of " + capacity + " there are " + (capacity - used)
                    + " left: Cmsg.space(…) says how many to allocate");
        }
        ControlData.put(memory.segment, base + used, level, type, bytes);
        offsets[count] = used;
        lengths[count++] = bytes;
        used += ControlData.space(bytes);
        built = true;
        return base + offsets[count - 1] + ControlData.HEADER;
    }

    // of the calls

    /** How many bytes are to be sent. */
    int toSend() {
        return built ? used : 0;
    }

    long address() {
        return memory.segment.address() + base;
    }

    /** Which are to be sent, for messages about errors. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < (built ? count : 0); i++) {
            names.add(Cmsg.name(level(i), type(i)));
        }
        return names;
    }

    boolean hasRights() {
        return rightsCount > 0;
    }

    /** Writes the numbers of the descriptors to be sent, which stay these until {@link #leaveRights}. */
    void enterRights() {
        int entered = 0;
        try {
            while (entered < rightsCount) {
                int number = rights[entered].guard.enter();
                entered++;
                memory.segment.set(ValueLayout.JAVA_INT, rightsOffset + (entered - 1) * (long) Integer.BYTES, number);
            }
        } catch (Throwable e) {
            leave(entered);
            throw e;
        }
    }

    void leaveRights() {
        leave(rightsCount);
    }

    private void leave(int entered) {
        for (int i = entered - 1; i >= 0; i--) {
            rights[i].guard.leave();
        }
    }

    /** Closes what nobody took, and forgets all else. */
    void beginReceive() {
        closeNumbers();
        if (count != 0 || rightsCount != 0) {
            empty();
        }
    }

    /** Closes the descriptors that nobody took. Does not fail: what cannot be closed now stays, for the next time. */
    void closeNumbers() {
        while (numbersCount > 0) {
            int number = numbers[numbersCount - 1];
            if (number >= 0) {
                Closing.close(number);
            }
            numbersCount--;
        }
        if (pidFd >= 0) {
            Closing.close(pidFd);
        }
        pidFd = NO_PIDFD;
    }

    /**
     * Takes what the kernel has written, and leaves zeros. First of all it takes the descriptors, before anything that
     * may be refused.
     *
     * @param written {@code msg_controllen}; the whole room if that is not known
     */
    void received(MemorySegment piece, long from, long written) {
        int bytes = Math.clamp(written, 0, capacity);
        int found = own(piece, from, bytes);
        int end = found == 0 ? 0 : offsets[found - 1] + ControlData.HEADER + lengths[found - 1];
        MemorySegment.copy(piece, from, memory.segment, base, end);
        count = found;
        used = end;
        clear(piece, from, bytes);
    }

    /** Takes the descriptors that the kernel has written; again, if it fails. Returns how many messages there are. */
    private int own(MemorySegment piece, long from, int bytes) {
        int found = ControlData.walk(piece, from, bytes, offsets, lengths);
        for (int i = 0; i < found; i++) {
            long at = from + offsets[i];
            if (ControlData.level(piece, at) != SOCKET) {
                continue;
            }
            int type = ControlData.type(piece, at);
            if (type == RIGHTS) {
                for (int n = 0; n + Integer.BYTES <= lengths[i]; n += Integer.BYTES) {
                    long place = at + ControlData.HEADER + n;
                    int number = piece.get(ValueLayout.JAVA_INT, place);
                    if (number != TAKEN) {
                        piece.set(ValueLayout.JAVA_INT, place, TAKEN);
                        numbers[numbersCount] = number; // no call: there may be no stack for one
                        numbersCount = numbersCount + 1;
                    }
                }
            } else if (type == PIDFD && lengths[i] >= Integer.BYTES) {
                int number = piece.get(ValueLayout.JAVA_INT, at + ControlData.HEADER);
                if (number != TAKEN) {
                    if (pidFd >= 0) {
                        Closing.close(pidFd); // the kernel sends one
                    }
                    piece.set(ValueLayout.JAVA_INT, at + ControlData.HEADER, TAKEN);
                    pidFd = number;
                }
            }
        }
        return found;
    }

    /** Takes and closes the descriptors of a receive that was left by an exception, and leaves zeros. */
    void abandon(MemorySegment piece, long from) {
        count = 0;
        own(piece, from, capacity);
        closeNumbers();
        clear(piece, from, capacity);
    }

    private static void clear(MemorySegment piece, long from, int bytes) {
        for (long at = from; at < from + bytes; at += Long.BYTES) { // all of it is aligned to that
            piece.set(ValueLayout.JAVA_LONG, at, 0);
        }
    }

    // what was received

    /**
     * How many control messages there are: received, or added.
     *
     * @return that count; 0 after a call that failed
     */
    public int size() {
        return count;
    }

    /**
     * {@code cmsg_level}.
     *
     * @param index from 0 to below {@link #size}
     * @return {@link SocketFd#SOL_SOCKET} or another
     * @throws IndexOutOfBoundsException if there is no such message
     */
    public int level(int index) {
        return ControlData.level(memory.segment, header(index));
    }

    /**
     * {@code cmsg_type}.
     *
     * @param index from 0 to below {@link #size}
     * @return its number, of this level
     * @throws IndexOutOfBoundsException if there is no such message
     */
    public int type(int index) {
        return ControlData.type(memory.segment, header(index));
    }

    /**
     * {@code cmsg_len - CMSG_LEN(0)}: how much data it has.
     *
     * @param index from 0 to below {@link #size}
     * @return the number of bytes
     * @throws IndexOutOfBoundsException if there is no such message
     */
    public int length(int index) {
        return lengths[require(index)];
    }

    /**
     * {@code CMSG_DATA}: the data of a message of any kind, as C has it. Descriptors are -1 in it.
     *
     * @param index from 0 to below {@link #size}
     * @return a read-only view of the memory, which the next receive overwrites
     * @throws IndexOutOfBoundsException if there is no such message
     */
    public MemorySegment data(int index) {
        return memory.segment.asSlice(header(index) + ControlData.HEADER, length(index)).asReadOnly();
    }

    /**
     * Whether a message is of a kind.
     *
     * @param index from 0 to below {@link #size}
     * @param kind one of {@link Cmsg}, or another
     * @return whether level and type are those of the kind
     * @throws IndexOutOfBoundsException if there is no such message
     */
    public boolean is(int index, Cmsg.Kind kind) {
        return type(index) == kind.type() && level(index) == kind.level();
    }

    /**
     * The first message of a kind.
     *
     * @param kind one of {@link Cmsg}, or another
     * @return its index; -1 if there is none
     */
    public int indexOf(Cmsg.Kind kind) {
        for (int i = 0; i < count; i++) {
            if (is(i, kind)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The data of a message that is a number, in as many bytes as it came.
     *
     * @param index from 0 to below {@link #size}
     * @return the number; of 1 or 2 bytes without a sign
     * @throws IndexOutOfBoundsException if there is no such message
     * @throws IllegalStateException if its data has not 1, 2, 4 or 8 bytes
     */
    public long number(int index) {
        long at = header(index) + ControlData.HEADER;
        MemorySegment s = memory.segment;
        return switch (length(index)) {
            case Byte.BYTES -> Byte.toUnsignedInt(s.get(ValueLayout.JAVA_BYTE, at));
            case Short.BYTES -> Short.toUnsignedInt(s.get(ValueLayout.JAVA_SHORT, at));
            case Integer.BYTES -> s.get(ValueLayout.JAVA_INT, at);
            case Long.BYTES -> s.get(ValueLayout.JAVA_LONG, at);
            default -> throw new IllegalStateException(
                    "control message " + index + " is no number: it has " + length(index) + " bytes");
        };
    }

    /**
     * The number in the first message of a kind.
     *
     * @param kind {@link Cmsg#UDP_GRO} or another
     * @param ifNone what to return if there is none
     * @return the number
     * @throws IllegalStateException if its data has not 1, 2, 4 or 8 bytes
     */
    public long number(Cmsg.Number kind, long ifNone) {
        int index = indexOf(kind);
        return index < 0 ? ifNone : number(index);
    }

    /**
     * {@code ucred.pid}, of {@link Cmsg#SCM_CREDENTIALS}.
     *
     * @param index from 0 to below {@link #size}
     * @return the process that has sent; 0 if it cannot be seen from here, as from within a container
     * @throws IndexOutOfBoundsException if there is no such message
     * @throws IllegalStateException if it is of another kind, or was cut
     */
    public int pid(int index) {
        return number(index, Cmsg.SCM_CREDENTIALS, ucred.pid$offset());
    }

    /**
     * {@code ucred.uid}, of {@link Cmsg#SCM_CREDENTIALS}.
     *
     * @param index from 0 to below {@link #size}
     * @return the user who has sent, an unsigned number
     * @throws IndexOutOfBoundsException if there is no such message
     * @throws IllegalStateException if it is of another kind, or was cut
     */
    public int uid(int index) {
        return number(index, Cmsg.SCM_CREDENTIALS, ucred.uid$offset());
    }

    /**
     * {@code ucred.gid}, of {@link Cmsg#SCM_CREDENTIALS}.
     *
     * @param index from 0 to below {@link #size}
     * @return the group, an unsigned number
     * @throws IndexOutOfBoundsException if there is no such message
     * @throws IllegalStateException if it is of another kind, or was cut
     */
    public int gid(int index) {
        return number(index, Cmsg.SCM_CREDENTIALS, ucred.gid$offset());
    }

    /**
     * {@code ipi_ifindex}, of {@link Cmsg#IP_PKTINFO} and {@link Cmsg#IPV6_PKTINFO}.
     *
     * @param index from 0 to below {@link #size}
     * @return the number of the interface by which it came
     * @throws IndexOutOfBoundsException if there is no such message
     * @throws IllegalStateException if it is of another kind, or was cut
     */
    public int ifindex(int index) {
        return is(index, Cmsg.IP_PKTINFO)
                ? number(index, Cmsg.IP_PKTINFO, in_pktinfo.ipi_ifindex$offset())
                : number(index, Cmsg.IPV6_PKTINFO, in6_pktinfo.ipi6_ifindex$offset());
    }

    /**
     * {@code ipi_addr}, of {@link Cmsg#IP_PKTINFO} and {@link Cmsg#IPV6_PKTINFO}: to whom it was sent.
     *
     * @param index from 0 to below {@link #size}
     * @return a new object; perhaps the address of a group, or of a broadcast
     * @throws IndexOutOfBoundsException if there is no such message
     * @throws IllegalStateException if it is of another kind, or was cut
     */
    public InetAddress destination(int index) {
        return is(index, Cmsg.IP_PKTINFO)
                ? address(index, Cmsg.IP_PKTINFO, in_pktinfo.ipi_addr$offset(), 4)
                : address(index, Cmsg.IPV6_PKTINFO, in6_pktinfo.ipi6_addr$offset(), 16);
    }

    /**
     * {@code ipi_spec_dst}, of {@link Cmsg#IP_PKTINFO}: from where an answer would go; of {@link Cmsg#IPV6_PKTINFO},
     * which has none, {@link #destination}.
     *
     * @param index from 0 to below {@link #size}
     * @return a new object: an address of this host; of IPv6 perhaps of a group
     * @throws IndexOutOfBoundsException if there is no such message
     * @throws IllegalStateException if it is of another kind, or was cut
     */
    public InetAddress localAddress(int index) {
        return is(index, Cmsg.IP_PKTINFO)
                ? address(index, Cmsg.IP_PKTINFO, in_pktinfo.ipi_spec_dst$offset(), 4) : destination(index);
    }

    /**
     * Of {@link Cmsg#SCM_TIMESTAMPNS}: when it was received.
     *
     * @param index from 0 to below {@link #size}
     * @return nanoseconds since 1970, by the system's clock
     * @throws IndexOutOfBoundsException if there is no such message
     * @throws IllegalStateException if it is of another kind, or was cut
     */
    public long timestampNanos(int index) {
        long at = require(index, Cmsg.SCM_TIMESTAMPNS);
        return memory.segment.get(ValueLayout.JAVA_LONG, at + timespec.tv_sec$offset()) * 1_000_000_000
                + memory.segment.get(ValueLayout.JAVA_LONG, at + timespec.tv_nsec$offset());
    }

    /**
     * Of {@link Cmsg#IP_RECVERR} and {@link Cmsg#IPV6_RECVERR}: what became of something that was sent.
     *
     * @param index from 0 to below {@link #size}
     * @return a new object
     * @throws IndexOutOfBoundsException if there is no such message
     * @throws IllegalStateException if it is of another kind, or was cut
     */
    public SockExtendedErr extendedError(int index) {
        Cmsg.Struct kind = is(index, Cmsg.IP_RECVERR) ? Cmsg.IP_RECVERR : Cmsg.IPV6_RECVERR;
        long at = require(index, kind, (int) sock_extended_err.sizeof());
        return SockExtendedErr.decode(memory.segment.asSlice(at, length(index)));
    }

    private long header(int index) {
        return base + offsets[require(index)];
    }

    private int require(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("no control message " + index + " of " + count
                    + (index == -1 ? ": -1 is what indexOf returns where there is none of that kind" : ""));
        }
        return index;
    }

    private long require(int index, Cmsg.Kind kind) {
        return require(index, kind, kind.bytes());
    }

    /** Where the data of a message begins that is of a kind, and not cut. */
    private long require(int index, Cmsg.Kind kind, int bytes) {
        if (!is(index, kind)) {
            throw new IllegalStateException("control message " + index + " is no " + kind.name() + ": its level is "
                    + level(index) + ", its type " + type(index));
        }
        if (length(index) < bytes) {
            throw new IllegalStateException("control message " + index + ", " + kind.name() + ", was cut to "
                    + length(index) + " of " + bytes + " bytes: allocate more room, which Cmsg.space(…) tells");
        }
        return header(index) + ControlData.HEADER;
    }

    private int number(int index, Cmsg.Kind kind, long offset) {
        return memory.segment.get(ValueLayout.JAVA_INT, require(index, kind) + offset);
    }

    private InetAddress address(int index, Cmsg.Kind kind, long offset, int bytes) {
        return SockAddr.inet(memory.segment, require(index, kind) + offset, bytes);
    }

    // descriptors

    /**
     * How many descriptors came by SCM_RIGHTS with the last receive. Fewer than were sent, with {@link
     * SocketFd#MSG_CTRUNC}, if there was too little room, this process has as many files open as it may, or a security
     * module forbids some.
     *
     * @return that count, also of those that have been taken since
     */
    public int descriptors() {
        return numbersCount;
    }

    /**
     * Takes a descriptor that came by SCM_RIGHTS: from now on it is the caller's to close.
     *
     * @param index from 0 to below {@link #descriptors}, in the order in which they were sent
     * @return its owner
     * @throws IndexOutOfBoundsException if no such one came
     * @throws IllegalStateException if it has been taken already, or another thread is using the message
     */
    public Fd take(int index) {
        return take(index, Fd::adopt);
    }

    /**
     * Takes a descriptor that came by SCM_RIGHTS, as an object of its kind: {@code take(0, SocketFd::adopt)}. What kind
     * it is, the sender says, and nobody checks; calls on it fail then.
     *
     * @param <T> its kind
     * @param index from 0 to below {@link #descriptors}, in the order in which they were sent
     * @param adopt makes an owner of the number; if it throws, the descriptor has not been taken
     * @return its owner, which is the caller's to close
     * @throws IndexOutOfBoundsException if no such one came
     * @throws IllegalStateException if it has been taken already, or another thread is using the message
     */
    public <T extends Fd> T take(int index, IntFunction<T> adopt) {
        memory.begin();
        try {
            if (index < 0 || index >= numbersCount) {
                throw new IndexOutOfBoundsException("no descriptor " + index + ": " + (numbersCount == 0 ? "none"
                        : numbersCount) + " came; if Message.flags() has MSG_CTRUNC, allocate more room, which"
                        + " Cmsg.space(Cmsg.rights(…)) tells, or raise the limit of open files");
            }
            int number = numbers[index];
            if (number < 0) {
                throw new IllegalStateException("descriptor " + index + " has been taken already");
            }
            T owner = null;
            numbers[index] = TAKEN; // also for who takes it in there again
            try {
                owner = adopt.apply(number);
                return owner;
            } finally {
                if (owner == null) {
                    numbers[index] = number;
                }
            }
        } finally {
            memory.end();
        }
    }

    /**
     * Takes the pidfd of the sender that came by SCM_PIDFD: from now on it is the caller's to close.
     *
     * @return its owner; {@code null} if none came
     * @throws ErrnoException if the kernel could not make one: ESRCH (the sender has ended, and been reaped), EMFILE,
     *         ENFILE
     * @throws IllegalStateException if it has been taken already, or another thread is using the message
     */
    public @Nullable PidFd takePidFd() throws ErrnoException {
        memory.begin();
        try {
            if (pidFd == NO_PIDFD) {
                return null;
            }
            if (pidFd == TAKEN) {
                throw new IllegalStateException("the pidfd has been taken already");
            }
            if (pidFd < 0) {
                throw ErrnoException.of(-pidFd, "recvmsg", "SCM_PIDFD");
            }
            PidFd owner = PidFd.adopt(pidFd);
            pidFd = TAKEN;
            return owner;
        } finally {
            memory.end();
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("ControlMessages[");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ", ").append(Cmsg.name(level(i), type(i))).append(" with ").append(length(i))
                    .append(" bytes");
        }
        return text.append(']').toString();
    }
}
