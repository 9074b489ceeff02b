package dev.pollux.internal;

import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.SigSet;
import dev.pollux.Signals;
import dev.pollux.Support;
import dev.pollux.internal.ThreadMasks.Unblocked;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the threads of this process, and with files such as the kernel's, of threads that do what real ones might. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadMasksTest {
    private static final long USR1 = 1L << SigSet.SIGUSR1 - 1;
    private static final long ALRM = 1L << SigSet.SIGALRM - 1;

    @TempDir
    Path tasks;

    private static String status(String name, int threads, long blocked) {
        return "Name:\t" + name + "\nUmask:\t0022\nThreads:\t" + threads + "\nSigPnd:\t0000000000000000\nSigBlk:\t"
                + "%016x".formatted(blocked) + "\nSigIgn:\tffffffffffffffff\n";
    }

    private void thread(int id, String status) throws IOException {
        Files.writeString(Files.createDirectory(tasks.resolve(Integer.toString(id))).resolve("status"), status,
                StandardCharsets.ISO_8859_1);
    }

    @Test
    void aThreadOfThisProcessIsFoundWhileItDoesNotBlockASignal() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        FutureTask<Integer> blocking = new FutureTask<>(() -> {
            Signals.block();
            return Signals.thisThread();
        });
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            blocking.run();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        List<Unblocked> usr1 = ThreadMasks.notBlocking(USR1);
        String id = Integer.toString(get(blocking));
        Set<String> ids = Set.copyOf(ThreadMasks.notBlocking(USR1).stream().map(Unblocked::id).toList());
        assertTrue(usr1.size() > 1 && ids.size() > 1 && !ids.contains(id), id + " in " + ids);
        assertTrue(ThreadMasks.notBlocking(ALRM).stream().anyMatch(t -> t.id().equals(id) && t.signals() == ALRM));
        String main = Long.toString(ProcessHandle.current().pid());
        assertTrue(usr1.contains(new Unblocked(main, Support.firstThread(), USR1)), usr1::toString);
        end.countDown();
        thread.join();
    }

    @Test
    void thoseSignalsAreToldThatAThreadLeavesUnblocked() throws IOException {
        thread(1, status("all", 3, -1));
        thread(2, status("one (of two) SigBlk:\t0", 3, USR1));
        thread(3, status("", 3, Long.MIN_VALUE));
        assertEquals(List.of(), ThreadMasks.notBlocking(0, tasks));
        assertEquals(Set.of(new Unblocked("2", "one (of two) SigBlk:\t0", ALRM), new Unblocked("3", "", USR1 | ALRM)),
                Set.copyOf(ThreadMasks.notBlocking(USR1 | ALRM, tasks)));
        assertEquals(List.of(new Unblocked("2", "one (of two) SigBlk:\t0", Long.MIN_VALUE)),
                ThreadMasks.notBlocking(Long.MIN_VALUE, tasks));
    }

    @Test
    void aThreadThatHasEndedIsPassedOver() throws IOException {
        thread(1, status("there", 2, USR1));
        thread(2, status("just gone", 0, 0));
        Files.createDirectory(tasks.resolve("3")); // its file is gone
        assertEquals(List.of(), ThreadMasks.notBlocking(USR1, tasks));
        assertEquals(1, ThreadMasks.notBlocking(ALRM, tasks).size());
    }

    /** The file of the one thread is a pipe, which is read at the moment that the test chooses. */
    @Test
    void whatAThreadStartedBeforeItEndedIsFound() throws Exception {
        Path ending = Files.createDirectory(tasks.resolve("1"));
        Path status = ending.resolve("status");
        assumeTrue(new ProcessBuilder("mkfifo", status.toString()).start().waitFor() == 0, "no mkfifo here");
        FutureTask<List<Unblocked>> found = start(() -> ThreadMasks.notBlocking(USR1, tasks));
        try (OutputStream reading = Files.newOutputStream(status)) { // waits for the reader, who has a list already
            thread(2, status("started last", 1, 0));
            Files.delete(status);
            Files.delete(ending);
            reading.write(status("ended", 0, 0).getBytes(StandardCharsets.ISO_8859_1));
        }
        assertEquals(List.of(new Unblocked("2", "started last", USR1)), get(found));
    }

    @Test
    void whatCannotBeReadIsNotTakenForBlocked() throws IOException {
        assertThrows(NoSuchFileException.class, () -> ThreadMasks.notBlocking(USR1, tasks.resolve("none")));
        thread(1, "Name:\tno mask\nThreads:\t1\n");
        assertThrows(IOException.class, () -> ThreadMasks.notBlocking(USR1, tasks));
        Files.delete(tasks.resolve("1/status"));
        Files.createDirectory(tasks.resolve("1/status"));
        assertThrows(IOException.class, () -> ThreadMasks.notBlocking(USR1, tasks), "not readable");
    }
}
