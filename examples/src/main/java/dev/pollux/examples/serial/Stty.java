package dev.pollux.examples.serial;

import dev.pollux.Termios;
import dev.pollux.Termios.Flag;
import dev.pollux.Winsize;
import java.util.Locale;
import java.util.StringJoiner;

/** Settings as {@code stty -a} of coreutils prints them, but that it knows every speed. */
final class Stty {
    private static final String[] CHARACTERS = {"intr", "quit", "erase", "kill", "eof", "eol", "eol2", "swtch", "start",
        "stop", "susp", "rprnt", "werase", "lnext", "discard"};
    private static final int[] INDEXES = {Termios.VINTR, Termios.VQUIT, Termios.VERASE, Termios.VKILL, Termios.VEOF,
        Termios.VEOL, Termios.VEOL2, Termios.VSWTC, Termios.VSTART, Termios.VSTOP, Termios.VSUSP, Termios.VREPRINT,
        Termios.VWERASE, Termios.VLNEXT, Termios.VDISCARD};

    /** In stty's order. */
    private static final Flag[][] FLAGS = {
        {Flag.PARENB, Flag.PARODD, Flag.CMSPAR, Flag.CS5, Flag.CS6, Flag.CS7, Flag.CS8, Flag.HUPCL, Flag.CSTOPB,
            Flag.CREAD, Flag.CLOCAL, Flag.CRTSCTS},
        {Flag.IGNBRK, Flag.BRKINT, Flag.IGNPAR, Flag.PARMRK, Flag.INPCK, Flag.ISTRIP, Flag.INLCR, Flag.IGNCR,
            Flag.ICRNL, Flag.IXON, Flag.IXOFF, Flag.IUCLC, Flag.IXANY, Flag.IMAXBEL, Flag.IUTF8},
        {Flag.OPOST, Flag.OLCUC, Flag.OCRNL, Flag.ONLCR, Flag.ONOCR, Flag.ONLRET, Flag.OFILL, Flag.OFDEL, Flag.NL0,
            Flag.NL1, Flag.CR0, Flag.CR1, Flag.CR2, Flag.CR3, Flag.TAB0, Flag.TAB1, Flag.TAB2, Flag.TAB3, Flag.BS0,
            Flag.BS1, Flag.VT0, Flag.VT1, Flag.FF0, Flag.FF1},
        {Flag.ISIG, Flag.ICANON, Flag.IEXTEN, Flag.ECHO, Flag.ECHOE, Flag.ECHOK, Flag.ECHONL, Flag.NOFLSH, Flag.XCASE,
            Flag.TOSTOP, Flag.ECHOPRT, Flag.ECHOCTL, Flag.ECHOKE, Flag.FLUSHO, Flag.EXTPROC}};

    private Stty() { }

    static String all(Termios settings, Winsize size) {
        StringJoiner lines = new StringJoiner("\n");
        String speed = settings.inputSpeed() == settings.outputSpeed() ? "speed " + settings.outputSpeed() + " baud; "
                : "ispeed " + settings.inputSpeed() + " baud; ospeed " + settings.outputSpeed() + " baud; ";
        lines.add(speed + "rows " + size.rows() + "; columns " + size.columns() + "; line = " + settings.line() + ";");
        StringJoiner characters = new StringJoiner("; ", "", ";");
        for (int i = 0; i < INDEXES.length; i++) {
            characters.add(CHARACTERS[i] + " = " + visible(settings.cc(INDEXES[i])));
        }
        lines.add(characters.add("min = " + settings.cc(Termios.VMIN)).add("time = " + settings.cc(Termios.VTIME))
                .toString());
        for (Flag[] group : FLAGS) {
            StringJoiner flags = new StringJoiner(" ");
            for (Flag flag : group) {
                boolean oneOfSeveral = flag.name().matches("(CS|NL|CR|TAB|BS|VT|FF)\\d");
                if (settings.has(flag) || !oneOfSeveral) {
                    flags.add((settings.has(flag) ? "" : "-") + flag.name().toLowerCase(Locale.ROOT));
                }
            }
            lines.add(flags.toString());
        }
        return lines.toString();
    }

    private static String visible(int character) {
        if (character == 0) {
            return "<undef>";
        }
        String high = character >= 128 ? "M-" : "";
        int low = character & 127;
        return high + (low < 32 ? "^" + (char) (low + 64) : low == 127 ? "^?" : "" + (char) low);
    }
}
