package dev.pollux.bench.idle;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The same for a {@code Selector}: the ready ones are pipes as well, the idle ones what costs one descriptor each. */
final class WatchedChannels implements Closeable {
    private final Selector selector = Selector.open();
    private final List<Channel> open = new ArrayList<>();
    private final Consumer<SelectionKey> consumer = this::count;
    private long found;

    WatchedChannels(int count) throws IOException {
        try {
            for (int i = 0, ready = 0; i < count; i++) {
                if (i == (2L * ready + 1) * count / (2 * Watched.READY)) {
                    ready++;
                    Pipe pipe = Pipe.open();
                    open.add(pipe.sink());
                    open.add(pipe.source());
                    pipe.sink().write(ByteBuffer.allocate(1));
                    pipe.source().configureBlocking(false);
                    pipe.source().register(selector, SelectionKey.OP_READ);
                } else {
                    DatagramChannel channel = DatagramChannel.open();
                    open.add(channel);
                    channel.configureBlocking(false);
                    channel.register(selector, SelectionKey.OP_READ);
                }
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    Map<String, Watched.Waits> contestants() {
        Map<String, Watched.Waits> all = new LinkedHashMap<>();
        all.put("epoll:Selector, consumer", this::byConsumer);
        all.put("epoll:Selector, keys", this::byKeys);
        return all;
    }

    private long byConsumer(long count) throws IOException {
        found = 0;
        for (long i = 0; i < count; i++) {
            selector.selectNow(consumer);
        }
        return found;
    }

    private void count(SelectionKey key) {
        if (key.isReadable()) {
            found++;
        }
    }

    private long byKeys(long count) throws IOException {
        found = 0;
        for (long i = 0; i < count; i++) {
            selector.selectNow();
            for (SelectionKey key : selector.selectedKeys()) {
                count(key);
            }
            selector.selectedKeys().clear();
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        for (Channel channel : open) {
            channel.close();
        }
        selector.close();
    }
}
