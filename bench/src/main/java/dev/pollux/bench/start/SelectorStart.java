package dev.pollux.bench.start;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** The first event by {@code java.nio}: of a pipe, its cheapest channel. */
public final class SelectorStart {
    private SelectorStart() { }

    /** Takes no arguments, and prints when it began and when it had the event. */
    public static void main(String[] args) throws IOException {
        long entered = System.nanoTime();
        try (Selector selector = Selector.open()) {
            Pipe pipe = Pipe.open();
            pipe.source().configureBlocking(false);
            pipe.source().register(selector, SelectionKey.OP_READ);
            pipe.sink().write(ByteBuffer.allocate(1));
            if (selector.select() != 1 || !selector.selectedKeys().iterator().next().isReadable()) {
                throw new IllegalStateException("no event");
            }
            System.out.println(entered + " " + System.nanoTime());
        }
    }
}
