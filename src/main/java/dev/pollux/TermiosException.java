package dev.pollux;

import java.io.IOException;
import java.util.List;

/**
 * A terminal or serial line has not taken all of its new settings. C counts that as success; here the settings are read
 * back and compared. Those that could be made are in force: who does not need the others catches this and goes on.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/tcsetattr.3.html">tcsetattr(3)</a>
 */
public final class TermiosException extends IOException {
    private static final long serialVersionUID = 1;

    /** The settings as they are. */
    private final transient Termios taken;

    TermiosException(String call, Termios taken, List<String> differences) {
        super(call + ": the driver has not taken all of it (" + String.join("; ", differences)
                + "): it cannot do that, or another program has changed it meanwhile");
        this.taken = taken;
    }

    /**
     * The settings as they are now. {@link Termios#differences} with those that were wanted says what is otherwise.
     *
     * @return what was read back
     */
    public Termios taken() {
        return taken;
    }
}
