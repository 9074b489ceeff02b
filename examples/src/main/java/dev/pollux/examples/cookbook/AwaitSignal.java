package dev.pollux.examples.cookbook;

import dev.pollux.EventFd;
import dev.pollux.Poll;
import java.lang.reflect.Proxy;
import java.time.Duration;

/** A signal, in a loop: the JVM's own handler makes an eventfd readable. */
final class AwaitSignal {
    private AwaitSignal() { }

    public static void main(String[] args) throws Exception {
        try (EventFd signals = EventFd.create()) {
            // it is: Signal.handle(new Signal("USR1"), _ -> signals.write(1)), but javac warns of all in sun.misc
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object write = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
                signals.write(1);
                return null;
            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("USR1"), write);
            System.out.println("kill -USR1 " + ProcessHandle.current().pid());
            if (signals.await(Poll.POLLIN, Duration.ofSeconds(30)) != 0) {
                System.out.println("signals: " + signals.read());
            }
        }
    }
}
