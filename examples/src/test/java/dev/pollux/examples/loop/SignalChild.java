package dev.pollux.examples.loop;

import dev.pollux.SigSet;

/** For {@link SignalTest}: prints what it gets, SIGURG once, and ends after four times SIGUSR1. */
final class SignalChild {
    private SignalChild() { }

    public static void main(String[] args) throws Exception {
        try (Loop loop = new Loop((_, e) -> e.printStackTrace())) {
            Watcher[] watchers = new Watcher[2];
            int[] count = new int[1];
            watchers[0] = loop.signal(SigSet.SIGUSR1, _ -> {
                System.out.println("USR1 " + ++count[0]);
                if (count[0] == 4) {
                    watchers[0].close();
                }
            });
            watchers[1] = loop.signal(SigSet.SIGURG, _ -> {
                System.out.println("URG 1");
                watchers[1].close();
            });
            loop.post(() -> System.out.println("waiting"));
            loop.run();
        }
    }
}
