package dev.pollux;

import dev.pollux.generated.sockaddr_un;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The address of a Unix-domain socket in the abstract namespace, which {@link java.net.UnixDomainSocketAddress} cannot
 * express: a name without a file. It is free again when its socket is closed. Every process in the same network
 * namespace can reach it, since it has no permissions.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
public final class UnixAbstractAddress extends SocketAddress {
    private static final long serialVersionUID = 1;

    /** In bytes: a name without its first NUL, as a path without its final one. */
    static final int LONGEST = (int) (sockaddr_un.sizeof() - sockaddr_un.sun_path$offset()) - 1;

    /** The name, without the NUL that it begins with in C. */
    private final byte[] name;

    private UnixAbstractAddress(byte[] name) {
        if (name.length > LONGEST) {
            throw new IllegalArgumentException("the name of an abstract Unix domain socket has at most "
                    + LONGEST + " bytes, this one has " + name.length);
        }
        this.name = name;
    }

    /**
     * The address of a name.
     *
     * @param name any text, without C's NUL at its beginning; it becomes UTF-8
     * @return its address
     * @throws IllegalArgumentException if it has more than 107 bytes
     */
    public static UnixAbstractAddress of(String name) {
        return new UnixAbstractAddress(name.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The address of a name.
     *
     * @param name any bytes, without C's NUL at their beginning
     * @return its address
     * @throws IllegalArgumentException if these are more than 107 bytes
     */
    public static UnixAbstractAddress of(byte[] name) {
        return new UnixAbstractAddress(name.clone());
    }

    /**
     * The name.
     *
     * @return its bytes, without C's NUL at their beginning
     */
    public byte[] name() {
        return name.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnixAbstractAddress that && Arrays.equals(name, that.name);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(name);
    }

    /** The name after an {@code @}, which stands for NUL, as other tools print it. */
    @Override
    public String toString() {
        return "@" + new String(name, StandardCharsets.UTF_8).replace('\0', '@');
    }
}
