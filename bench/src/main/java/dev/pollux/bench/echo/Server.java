package dev.pollux.bench.echo;

import java.io.IOException;

/**
 * A server as a process of its own. It prints the address that it listens on, and ends with its standard input: a
 * bench that is killed leaves none behind.
 */
public final class Server {
    private Server() { }

    /**
     * Serves.
     *
     * @param args one of pollux, kv, netty-epoll, netty-nio, selector, selector-keys
     */
    public static void main(String[] args) throws Exception {
        Thread.ofPlatform().daemon().name("until stdin ends").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // nothing is expected
                }
            } catch (IOException e) {
                // as good as its end
            }
            Runtime.getRuntime().halt(0);
        });
        switch (args[0]) {
            case "pollux" -> dev.pollux.examples.Main.main(new String[] {"echo", "--backend", "epoll", "--port", "0"});
            case "kv" -> dev.pollux.examples.Main.main(new String[] {"kv", "--port", "0"});
            case "netty-epoll" -> NettyServer.epoll();
            case "netty-nio" -> NettyServer.nio();
            case "selector" -> new SelectorServer().serveByConsumer();
            case "selector-keys" -> new SelectorServer().serveByKeys();
            default -> throw new IllegalArgumentException("no such server: " + args[0]);
        }
    }

    static void listening(int port) {
        System.out.println("listening on 127.0.0.1:" + port);
    }
}
