package dev.pollux.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The names of files as the kernel has them: bytes. */
public final class FileName {
    /** The encoding in which the JDK itself passes names to the kernel. */
    private static final String ENCODING = System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name());
    private static final Charset CHARSET = Charset.forName(ENCODING);

    private FileName() { }

    /** A path's bytes, without a final NUL. */
    public static byte[] encode(Path path) {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException(path + " is not of the default file system, but of "
                    + path.getFileSystem().provider().getScheme());
        }
        byte[] bytes = path.toString().getBytes(CHARSET);
        // a Path keeps bytes that its String does not show; another file would be opened then
        if (!path.equals(decodeOrNull(bytes))) {
            throw new IllegalArgumentException("the name of " + path + " cannot be told in this JVM's encoding of file"
                    + " names, " + ENCODING + ": start it in the locale of the name, such as LC_ALL=C.UTF-8");
        }
        return bytes;
    }

    static Path decode(byte[] bytes) {
        Path path = decodeOrNull(bytes);
        if (path == null) {
            throw new UnsupportedOperationException(
                    "a name that has no Path in this JVM's encoding of file names, " + ENCODING);
        }
        return path;
    }

    private static Path decodeOrNull(byte[] bytes) {
        try {
            return Path.of(CHARSET.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException | InvalidPathException e) {
            return null;
        }
    }
}
