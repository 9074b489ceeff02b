package dev.pollux.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The names of files as the kernel has them: bytes. A {@code Path} keeps them exactly, also those that are no text in
 * this JVM's encoding of file names; its {@code String} does not.
 */
public final class FileName {
    /** The encoding in which the JDK itself passes names to the kernel. */
    private static final Charset CHARSET =
            Charset.forName(System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));
    private static final HexFormat HEX = HexFormat.of();

    /** The directory of the process, whatever it is called by now. */
    private static final Path HERE = Path.of("/proc/self/cwd");

    private FileName() { }

    /**
     * The path to give to the kernel for the file that the JDK means: it takes a relative one from {@code user.dir}, as
     * that was when the JVM started, and the kernel takes it from the directory of the process. Where these are one
     * directory the path stays as it is, because a longer one may be too long, as for a socket. The empty one stays
     * empty.
     */
    public static Path resolve(Path path) {
        return path.isAbsolute() || path.toString().isEmpty() || path.getFileSystem() != FileSystems.getDefault()
                || isJdkHere() ? path : path.toAbsolutePath();
    }

    /** Asked each time: native code may change the directory of the process, and anybody may rename it. */
    private static boolean isJdkHere() {
        try {
            return Files.isSameFile(Path.of("."), HERE);
        } catch (IOException e) { // no /proc: the absolute path is right, if long
            return false;
        }
    }

    /** A path's bytes, without a final NUL. */
    public static byte[] encode(Path path) {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException(path + " is not of the default file system, but of "
                    + path.getFileSystem().provider().getScheme());
        }
        byte[] bytes = path.toString().getBytes(CHARSET);
        // what the String does not show would be the name of another file
        return path.equals(decodeOrNull(bytes)) ? bytes : unescape(path);
    }

    /** The path of these bytes, none of which is NUL. */
    public static Path decode(byte[] bytes) {
        Path path = decodeOrNull(bytes);
        return path != null ? path : escape(bytes);
    }

    private static Path decodeOrNull(byte[] bytes) {
        String text = new String(bytes, CHARSET);
        if (!Arrays.equals(text.getBytes(CHARSET), bytes)) {
            return null;
        }
        return Path.of(text);
    }

    // the URI of a file has its bytes, and is the JDK's only way to tell and to take them

    private static Path escape(byte[] bytes) {
        boolean absolute = bytes[0] == '/';
        StringBuilder uri = new StringBuilder(absolute ? "file://" : "file:///");
        for (byte b : bytes) {
            uri.append(b == '/' ? "/" : "%" + HEX.toHexDigits(b));
        }
        Path path = Path.of(URI.create(uri.toString()));
        return absolute ? path : path.subpath(0, path.getNameCount());
    }

    private static byte[] unescape(Path path) {
        // a relative one would be made absolute; a directory gets a slash
        String uri = Path.of("/").resolve(path).toUri().getRawPath();
        int end = uri.endsWith("/") ? uri.length() - 1 : uri.length();
        ByteBuffer bytes = ByteBuffer.allocate(end);
        for (int i = path.isAbsolute() ? 0 : 1; i < end; i++) {
            if (uri.charAt(i) == '%') {
                bytes.put((byte) HexFormat.fromHexDigits(uri, i + 1, i + 3));
                i += 2;
            } else {
                bytes.put((byte) uri.charAt(i));
            }
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
