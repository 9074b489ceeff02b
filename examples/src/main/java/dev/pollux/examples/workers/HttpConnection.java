package dev.pollux.examples.workers;

import static dev.pollux.Epoll.EPOLLERR;
import static dev.pollux.Epoll.EPOLLHUP;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Epoll.EPOLLRDHUP;

import dev.pollux.Fd;
import dev.pollux.SocketFd;
import dev.pollux.examples.loop.FdWatcher;
import dev.pollux.examples.loop.Loop;
import dev.pollux.examples.loop.Timer;
import dev.pollux.examples.shared.Outgoing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * A client. Its requests are worked on side by side and answered in their order. It is read from only while a request of
 * it could be begun: not while the pool is full, too many of its requests are under way, or too many answers wait for it
 * to read them; its kernel makes it wait then.
 *
 * <p>A client that has closed its end, be it one direction only, has left: what is worked on for it is cancelled.
 */
final class HttpConnection {
    static final int READ_SIZE = 16 * 1024;
    private static final int MOST_UNDER_WAY = 16;
    private static final long MOST_UNSENT = 256 * 1024;
    private static final Duration LINGERING = Duration.ofSeconds(1);

    /** A request under way, and its answer when there is one. */
    private static final class Exchange {
        final HttpRequest request;
        HttpResponse response;
        Pool.Task<HttpResponse> task;

        Exchange(HttpRequest request) {
            this.request = request;
        }
    }

    private final HttpServer server;
    private final SocketFd socket;
    private final FdWatcher watcher;
    private final HttpParser parser;
    private final Timer idle;
    private final Outgoing outgoing = new Outgoing();
    private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();
    /** What is read and not parsed yet: nothing, most of the time. */
    private ByteBuffer input = ByteBuffer.allocate(0);
    /** Bytes of answers that wait for those before them. */
    private long held;
    /** No more requests are taken. */
    private boolean ending;
    /** All is said; what the client says still is read and forgotten, or its kernel might forget the answer. */
    private boolean lingering;

    HttpConnection(HttpServer server, SocketFd socket) throws IOException {
        this.server = server;
        this.socket = socket;
        parser = new HttpParser(server.limits.mostBody());
        idle = server.loop.timer(() -> guarded(this::idle));
        watcher = server.loop.watch(socket, EPOLLIN | EPOLLRDHUP, this::serve);
        watcher.onClose(this::gone);
        idle.start(server.limits.idle());
    }

    private void serve(int events) throws IOException {
        if ((events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0) {
            watcher.close();
        } else if (lingering) {
            socket.read(server.scratch);
        } else if ((events & EPOLLIN) != 0 && mayRead()) {
            read();
        } else {
            advance();
        }
    }

    private void read() throws IOException {
        long n = socket.read(server.scratch);
        if (n == 0) {
            watcher.close();
            return;
        }
        if (n != Fd.WOULD_BLOCK) {
            byte[] bytes = new byte[(int) n];
            MemorySegment.copy(server.scratch, ValueLayout.JAVA_BYTE, 0, bytes, 0, (int) n);
            input = ByteBuffer.wrap(bytes);
        }
        advance();
    }

    private boolean mayBegin() {
        return !ending && exchanges.size() < MOST_UNDER_WAY && outgoing.bytes() + held < MOST_UNSENT
                && server.hasRoom();
    }

    private boolean mayRead() {
        return !input.hasRemaining() && mayBegin();
    }

    /** Does all that can be done now; what is written may make room for what is read already. */
    private void advance() throws IOException {
        do {
            parse();
            write();
        } while (input.hasRemaining() && mayBegin());
        if (!watcher.isClosed()) {
            update();
        }
    }

    private void parse() {
        try {
            while (input.hasRemaining() && mayBegin()) {
                boolean wasInRequest = parser.isInRequest();
                HttpRequest request = parser.next(input);
                if (request != null) {
                    begin(request);
                } else if (!wasInRequest) {
                    idle.start(server.limits.idle()); // from its first byte on
                }
            }
        } catch (HttpException e) {
            refuse(e.status, e.getMessage());
        }
    }

    private void begin(HttpRequest request) {
        Exchange exchange = new Exchange(request);
        exchanges.add(exchange);
        ending = !request.keepAlive();
        idle.start(server.limits.idle());
        if (server.pool == null) {
            try {
                answered(exchange, server.site.answer(request));
            } catch (Exception e) {
                answered(exchange, failed(request, e));
            }
            return;
        }
        exchange.task = server.pool.submit(() -> server.site.answer(request), (response, e) -> {
            guarded(() -> {
                answered(exchange, e == null ? response : failed(request, e));
                advance();
            });
            server.resume();
        });
    }

    private HttpResponse failed(HttpRequest request, Throwable e) {
        server.complain(request.method() + " " + request.path() + " failed: " + e);
        return switch (e) {
            case TimeoutException _ -> HttpResponse.text(504, "that takes too long");
            case RejectedExecutionException _ -> HttpResponse.text(503, "nobody is left to do that");
            default -> HttpResponse.text(500, "that went wrong");
        };
    }

    private void answered(Exchange exchange, HttpResponse response) {
        exchange.response = response;
        exchange.task = null;
        held += response.body().length;
    }

    /** The last answer: nothing that comes after it could be understood. */
    private void refuse(int status, String why) {
        Exchange exchange = new Exchange(new HttpRequest("", "", false, false, new byte[0]));
        exchanges.add(exchange);
        answered(exchange, HttpResponse.text(status, why));
        ending = true;
    }

    /** Writes what is next to be answered, as far as it fits. */
    private void write() throws IOException {
        while (!exchanges.isEmpty() && exchanges.getFirst().response != null) {
            Exchange exchange = exchanges.remove();
            HttpRequest request = exchange.request;
            held -= exchange.response.body().length;
            outgoing.add(exchange.response.bytes(ending && exchanges.isEmpty() ? "close"
                    : request.old() ? "keep-alive" : null, !request.method().equals("HEAD")));
        }
        if (!ending && exchanges.isEmpty() && parser.takeExpectsContinue()) {
            outgoing.add(HttpResponse.CONTINUE);
        }
        long before = outgoing.bytes();
        if (before > 0) {
            outgoing.write(socket, server.scratch);
            if (outgoing.bytes() < before) {
                idle.start(server.limits.idle());
            }
        }
        if (ending && exchanges.isEmpty() && outgoing.isEmpty() && !lingering) {
            lingering = true;
            input = ByteBuffer.allocate(0);
            socket.shutdown(SocketFd.SHUT_WR);
            idle.start(LINGERING);
        }
    }

    private void update() throws IOException {
        if (!lingering && !ending && !server.hasRoom()) {
            server.await(this);
        }
        watcher.setEvents((lingering || mayRead() ? EPOLLIN : 0) | EPOLLRDHUP | (outgoing.isEmpty() ? 0 : EPOLLOUT));
    }

    /** There is room in the pool again. */
    void resume() {
        guarded(this::advance);
    }

    /** What concerns this client only, in a callback that is not its own, and as long as it is there. */
    private void guarded(Loop.Callback callback) {
        if (watcher.isClosed()) {
            return;
        }
        try {
            try {
                callback.run();
            } catch (Throwable e) { // whatever it is, it ends this client only
                server.lost(e);
                watcher.close();
            }
        } catch (IOException e) {
            server.lost(e);
        }
    }

    private void idle() throws IOException {
        if (!lingering && outgoing.isEmpty() && (!exchanges.isEmpty() || !ending && !server.hasRoom())) {
            idle.start(server.limits.idle()); // it is not the client that takes long
        } else if (parser.isInRequest() && outgoing.isEmpty() && !ending) {
            refuse(408, "the request takes too long");
            advance();
        } else {
            watcher.close();
        }
    }

    /** The server ends: what is begun is answered, what has come in part is not. */
    void drain() {
        guarded(() -> {
            ending = true;
            if (exchanges.isEmpty() && outgoing.isEmpty()) {
                watcher.close();
            } else {
                advance();
            }
        });
    }

    private void gone() throws IOException {
        idle.close();
        for (Exchange exchange : exchanges) {
            if (exchange.task != null) {
                server.pool.cancel(exchange.task);
            }
        }
        socket.close();
        server.gone(this);
        server.resume();
    }
}
