package dev.pollux.examples.cookbook;

import dev.pollux.Inotify;
import dev.pollux.InotifyEvents;
import dev.pollux.Poll;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Print what is appended to a file, as {@code tail -f} does, until the file is moved or deleted. */
final class TailFile {
    private TailFile() { }

    public static void main(String[] args) throws IOException {
        Path path = Path.of(args[0]);
        try (FileChannel file = FileChannel.open(path); Inotify changes = Inotify.create();
                Arena arena = Arena.ofConfined()) {
            changes.addWatch(path, Inotify.IN_MODIFY | Inotify.IN_MOVE_SELF | Inotify.IN_ATTRIB);
            InotifyEvents events = InotifyEvents.allocate(arena, 4096);
            ByteBuffer bytes = ByteBuffer.allocate(8192);
            for (boolean there = true;;) {
                file.position(file.size() < file.position() ? 0 : file.position()); // it has been begun anew
                for (; file.read(bytes.clear()) > 0;) {
                    System.out.write(bytes.array(), 0, bytes.position());
                }
                System.out.flush();
                if (!there) {
                    return;
                }
                changes.await(Poll.POLLIN);
                for (int i = changes.read(events) - 1; i >= 0; i--) {
                    there &= (events.mask(i) & Inotify.IN_MOVE_SELF) == 0;
                }
                there &= Files.exists(path); // that it is deleted is IN_ATTRIB, as long as it is open here
            }
        }
    }
}
