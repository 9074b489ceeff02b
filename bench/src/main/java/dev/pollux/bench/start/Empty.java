package dev.pollux.bench.start;

/** The floor: a program that does nothing. */
public final class Empty {
    private Empty() { }

    /** Takes no arguments, and prints when it was here. */
    public static void main(String[] args) {
        long entered = System.nanoTime();
        System.out.println(entered + " " + entered);
    }
}
