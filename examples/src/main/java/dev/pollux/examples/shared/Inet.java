package dev.pollux.examples.shared;

import java.util.StringJoiner;

/** Addresses of IPv4 and IPv6 as other programs write them: Java's own text of IPv6 has all its zeros. */
public final class Inet {
    private static final int IPV4_BYTES = 4;
    private static final int GROUPS = 8;

    private Inet() { }

    /** The text of 4 or 16 bytes; of 16 as RFC 5952 has it, without its special cases. */
    public static String text(byte[] address) {
        if (address.length == IPV4_BYTES) {
            StringJoiner text = new StringJoiner(".");
            for (byte b : address) {
                text.add(Integer.toString(Byte.toUnsignedInt(b)));
            }
            return text.toString();
        }
        int[] groups = new int[GROUPS];
        int from = 0;
        int longest = 0;
        for (int i = 0, run = 0; i < GROUPS; i++) {
            groups[i] = Byte.toUnsignedInt(address[2 * i]) << 8 | Byte.toUnsignedInt(address[2 * i + 1]);
            run = groups[i] == 0 ? run + 1 : 0;
            if (run > longest) {
                longest = run;
                from = i + 1 - run;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (longest > 1 && i == from) { // zeros, the first of the longest runs
                text.append("::");
                i += longest - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
