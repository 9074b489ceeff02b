package dev.pollux;

import dev.pollux.generated.sockaddr_storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct sockaddr_storage}: reusable room for any socket address. {@link SocketFd#recvfrom} writes the sender of
 * a datagram into it, and {@link SocketFd#sendto(MemorySegment, int, SockaddrStorage)} sends to it; neither allocates
 * anything. {@link #get} makes a Java address of it.
 *
 * <p>The memory belongs to the caller's arena. One thread at a time may receive into it; a second one gets an {@code
 * IllegalStateException}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/sockaddr.3type.html">sockaddr_storage(3type)</a>
 */
@SuppressWarnings("exports") // JSpecify: a module that uses this one need not have it
public final class SockaddrStorage extends NativeArray {
    static final int BYTES = (int) sockaddr_storage.sizeof();

    private int length;

    private SockaddrStorage(Arena arena) {
        super(arena, BYTES);
    }

    /**
     * Allocates room for one address.
     *
     * @param arena owns the memory; the address can be used until the arena is closed
     * @return room that holds no address yet
     */
    public static SockaddrStorage allocate(Arena arena) {
        return new SockaddrStorage(arena);
    }

    /**
     * Writes an address, to send to it.
     *
     * @param address the address
     * @param domain that of the socket that will use it: {@link SocketFd#AF_INET}, {@link SocketFd#AF_INET6} or {@link
     *        SocketFd#AF_UNIX}
     * @throws IllegalArgumentException if the address does not fit the domain, is unresolved, or is a path of more than
     *         107 bytes; there is no address then
     * @throws IllegalStateException if another thread is receiving into it
     */
    public void set(SocketAddress address, int domain) {
        begin();
        try {
            length = 0;
            length = SockAddr.encode(address, domain, segment);
        } finally {
            end();
        }
    }

    /**
     * The address as a new Java object.
     *
     * @return an {@link java.net.InetSocketAddress}, {@link java.net.UnixDomainSocketAddress} or {@link
     *         UnixAbstractAddress}; {@code null} if there is none, as for a Unix-domain socket that is not bound
     * @throws UnsupportedOperationException if there is no Java type for it
     */
    public @Nullable SocketAddress get() {
        return length == 0 ? null : SockAddr.decode(segment, length);
    }

    /**
     * How many bytes of the memory the address takes.
     *
     * @return that number, 0 if there is none
     */
    public int length() {
        return length;
    }

    void length(int bytes) {
        length = Math.min(bytes, BYTES);
    }

    /**
     * The memory, for direct access, such as comparing addresses without allocating.
     *
     * @return the whole struct, of which the first {@link #length} bytes are the address
     */
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public String toString() {
        try {
            return "SockaddrStorage[" + get() + "]";
        } catch (UnsupportedOperationException e) {
            return "SockaddrStorage[" + e.getMessage() + "]";
        }
    }
}
