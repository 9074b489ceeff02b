package dev.pollux.examples.cookbook;

import dev.pollux.Poll;
import dev.pollux.examples.shared.OnSignal;
import java.io.IOException;
import java.time.Duration;

/** A signal, in a loop: the JVM's own handler makes an eventfd readable. */
final class AwaitSignal {
    private AwaitSignal() { }

    public static void main(String[] args) throws IOException {
        // it is: sun.misc.Signal.handle(new Signal("USR1"), signal -> eventFd.write(1))
        try (OnSignal signal = new OnSignal("USR1")) {
            System.out.println("kill -USR1 " + ProcessHandle.current().pid());
            if (signal.eventFd.await(Poll.POLLIN, Duration.ofSeconds(30)) != 0) {
                System.out.println("signals: " + signal.eventFd.read());
            }
        }
    }
}
