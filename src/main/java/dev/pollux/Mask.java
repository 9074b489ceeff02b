package dev.pollux;

import java.lang.reflect.Field;

/** Event masks as text. */
final class Mask {
    private Mask() { }

    /**
     * The names of the bits, as {@code names} has them under {@code prefix}, one constant each, and what has no name as
     * a number. Names with an underscore, such as EPOLL_CLOEXEC, are no events.
     */
    static String toString(int mask, Class<?> names, String prefix) {
        StringBuilder text = new StringBuilder();
        int rest = mask;
        try {
            for (Field field : names.getFields()) {
                if (!field.getName().startsWith(prefix) || field.getName().contains("_")) {
                    continue;
                }
                int bit = field.getInt(null);
                if ((rest & bit) != 0) {
                    text.append(text.isEmpty() ? "" : "|").append(field.getName());
                    rest &= ~bit;
                }
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError("public constants", e);
        }
        if (rest != 0 || text.isEmpty()) {
            text.append(text.isEmpty() ? "" : "|").append(rest == 0 ? "0" : "0x" + Integer.toHexString(rest));
        }
        return text.toString();
    }
}
