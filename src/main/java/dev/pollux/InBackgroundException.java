package dev.pollux;

import java.io.IOException;

/**
 * A terminal was to be changed by a process in its background. The kernel answers that with SIGTTOU, which would stop
 * all of the JVM; so the call was not made, and the terminal is as it was. It belongs to whoever is in the foreground
 * now. In the foreground again, which a shell does by {@code fg}, the same call works; {@link Terminal#isInBackground}
 * tells.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/tcsetattr.3.html">tcsetattr(3)</a>
 */
public final class InBackgroundException extends IOException {
    private static final long serialVersionUID = 1;

    InBackgroundException(String call) {
        super(call + ": not done, because this process is in the background of its terminal, and the kernel would stop"
                + " it (SIGTTOU): bring it to the foreground first (fg), or leave the terminal to those who are there");
    }
}
