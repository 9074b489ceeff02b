package dev.pollux;

import java.lang.reflect.Field;
import java.util.function.Predicate;

/** Event masks as text. */
final class Mask {
    private Mask() { }

    /**
     * The names of the bits, as {@code names} has them under {@code prefix}, and what has no name as a number. Names
     * with an underscore, such as EPOLL_CLOEXEC, are no events.
     */
    static String toString(int mask, Class<?> names, String prefix) {
        return toString(mask, names, name -> name.startsWith(prefix) && !name.contains("_"));
    }

    /** The same, of the names that are asked for. */
    static String toString(int mask, Class<?> names, Predicate<String> isEvent) {
        StringBuilder text = new StringBuilder();
        int rest = mask;
        try {
            for (Field field : names.getFields()) {
                if (!isEvent.test(field.getName())) {
                    continue;
                }
                int bit = field.getInt(null);
                if ((rest & bit) != 0 && Integer.bitCount(bit) == 1) {
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
