package dev.pollux.examples.shared;

import dev.pollux.EventFd;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.Proxy;

/**
 * A signal for a loop: the handler that the JVM runs, on a thread of its own, makes an eventfd readable. A signalfd
 * would need the signal blocked in all threads since the JVM was started.
 *
 * <p>{@code Signal.handle(new Signal("USR1"), signal -> eventFd.write(1))} it is, of {@code sun.misc}; by reflection,
 * because javac's warning of that package cannot be turned off, and here warnings are errors.
 */
public final class OnSignal implements Closeable {
    public final EventFd eventFd = EventFd.create();

    public OnSignal(String name) throws IOException {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object write = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler},
                    (proxy, method, arguments) -> method.getName().equals("handle") ? write() : null);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), write);
        } catch (ReflectiveOperationException e) {
            eventFd.close();
            throw new IllegalStateException("this JVM lets nobody handle SIG" + name, e);
        }
    }

    private Void write() {
        try {
            eventFd.write(1);
        } catch (IOException | IllegalStateException e) {
            // closed at this very moment
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        eventFd.close();
    }
}
