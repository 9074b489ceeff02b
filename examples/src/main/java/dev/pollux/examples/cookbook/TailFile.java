package dev.pollux.examples.cookbook;

import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.Inotify;
import dev.pollux.InotifyEvents;
import dev.pollux.Poll;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Print what is appended to a file, as {@code tail -f} does, until the file is moved or deleted. */
final class TailFile {
    private TailFile() { }

    public static void main(String[] args) throws IOException {
        try (Fd file = Fcntl.open(Path.of(args[0]), Fcntl.O_RDONLY); Inotify changes = Inotify.create();
                Arena arena = Arena.ofConfined()) {
            changes.addWatch(Path.of(args[0]), Inotify.IN_MODIFY | Inotify.IN_MOVE_SELF | Inotify.IN_ATTRIB);
            InotifyEvents events = InotifyEvents.allocate(arena, 4096);
            byte[] bytes = new byte[8192];
            for (boolean there = true;;) {
                for (int n; (n = file.read(bytes, 0, bytes.length)) > 0;) {
                    System.out.write(bytes, 0, n);
                }
                System.out.flush();
                if (!there) {
                    return;
                }
                changes.await(Poll.POLLIN);
                for (int i = changes.read(events) - 1; i >= 0; i--) {
                    there &= (events.mask(i) & Inotify.IN_MODIFY) != 0;
                }
            }
        }
    }
}
