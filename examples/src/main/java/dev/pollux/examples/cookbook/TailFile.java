package dev.pollux.examples.cookbook;

import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.Inotify;
import dev.pollux.InotifyEvents;
import dev.pollux.Poll;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Print what is appended to a file, as {@code tail -f} does, until the file is moved or deleted. */
final class TailFile {
    private TailFile() { }

    public static void main(String[] args) throws IOException {
        try (Fd file = Fcntl.open(Path.of(args[0]), Fcntl.O_RDONLY); Inotify changes = Inotify.create();
                Arena arena = Arena.ofConfined()) {
            Path same = Path.of("/proc/self/fd/" + file.fd()); // this file, whatever its name is by now
            changes.addWatch(same, Inotify.IN_MODIFY | Inotify.IN_MOVE_SELF | Inotify.IN_ATTRIB);
            InotifyEvents events = InotifyEvents.allocate(arena, 4096);
            boolean there = true;
            try (FileChannel text = FileChannel.open(same)) {
                for (long at = 0;;) {
                    at = text.size() < at ? 0 : at; // truncated: it begins anew
                    for (long n; (n = text.transferTo(at, 8192, Channels.newChannel(System.out))) > 0;) {
                        at += n;
                    }
                    System.out.flush();
                    if (!there) {
                        return;
                    }
                    changes.await(Poll.POLLIN);
                    for (int i = changes.read(events) - 1; i >= 0; i--) {
                        there &= (events.mask(i) & (Inotify.IN_IGNORED | Inotify.IN_MOVE_SELF)) == 0;
                    }
                    there &= (int) Files.getAttribute(same, "unix:nlink") != 0; // it has a name
                }
            }
        }
    }
}
