package dev.pollux;

import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/** Bits as text. */
final class Mask {
    private final StringBuilder text = new StringBuilder();
    private int rest;

    private Mask(int mask) {
        rest = mask;
    }

    /** The names of the bits, of those that {@code names} tells, and what has no name as a number. */
    static String toString(int mask, Consumer<ObjIntConsumer<String>> names) {
        Mask bits = new Mask(mask);
        names.accept(bits::name);
        if (bits.rest != 0 || bits.text.isEmpty()) {
            bits.add(bits.rest == 0 ? "0" : "0x" + Integer.toHexString(bits.rest));
        }
        return bits.text.toString();
    }

    private void name(String name, int bit) {
        if ((rest & bit) != 0 && Integer.bitCount(bit) == 1) {
            add(name);
            rest &= ~bit;
        }
    }

    private void add(String word) {
        text.append(text.isEmpty() ? "" : "|").append(word);
    }
}
