package dev.pollux;

import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FdStreamsTest {
    private static final Duration LONG = Duration.ofNanos(Support.LONG_NANOS);
    private static final Duration SHORT = Duration.ofMillis(20);

    @TempDir
    private Path folder;

    private record Ends(Fd reader, Fd writer) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            reader.close();
            writer.close();
        }
    }

    private static Ends open(String kind, boolean blocking) throws IOException {
        Ends ends;
        if (kind.equals("pipe")) {
            Pipe pipe = Pipe.create();
            ends = new Ends(pipe.reader(), pipe.writer());
        } else {
            SocketPair pair = SocketPair.create();
            ends = new Ends(pair.first(), pair.second());
        }
        Fcntl.setNonBlocking(ends.reader, !blocking);
        Fcntl.setNonBlocking(ends.writer, !blocking);
        return ends;
    }

    private static <T> FutureTask<T> start(boolean virtual, Callable<T> call) {
        return virtual ? new Waiting<>(call).task : Support.start(call);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"pipe,true,true", "pipe,true,false", "pipe,false,true", "pipe,false,false",
        "socket,true,true", "socket,true,false", "socket,false,true", "socket,false,false"})
    void allIsReadAndAllIsWrittenHoweverItComes(String kind, boolean blocking, boolean virtual) throws Exception {
        byte[] bytes = random(1_000_000);
        try (Ends ends = open(kind, blocking); Arena arena = Arena.ofShared()) {
            MemorySegment segment = arena.allocate(bytes.length);
            for (ByteBuffer to : List.of(ByteBuffer.allocate(bytes.length), ByteBuffer.allocateDirect(bytes.length))) {
                FutureTask<?> writer = start(virtual, () -> {
                    FdStreams.writeFully(ends.writer(), bytes, 0, bytes.length, LONG);
                    FdStreams.writeFully(ends.writer(), ByteBuffer.wrap(bytes), LONG);
                    FdStreams.writeFully(ends.writer(), MemorySegment.ofArray(bytes), LONG);
                    return null;
                });
                FutureTask<?> reader = start(virtual, () -> {
                    FdStreams.readFully(ends.reader(), to, LONG);
                    assertEquals(ByteBuffer.wrap(bytes), to.flip());
                    byte[] array = new byte[bytes.length + 2];
                    FdStreams.readFully(ends.reader(), array, 1, bytes.length, LONG);
                    assertArrayEquals(bytes, Arrays.copyOfRange(array, 1, bytes.length + 1));
                    FdStreams.readFully(ends.reader(), segment, LONG);
                    assertEquals(-1, segment.mismatch(MemorySegment.ofArray(bytes)));
                    return null;
                });
                get(writer);
                get(reader);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"pipe,true,true", "pipe,true,false", "pipe,false,true", "pipe,false,false",
        "socket,true,true", "socket,true,false", "socket,false,true", "socket,false,false"})
    void whenTheTimeIsUpTheExceptionSaysWhatHasBeenMoved(String kind, boolean blocking, boolean virtual)
            throws Exception {
        try (Ends ends = open(kind, blocking)) {
            Support.write(ends.writer(), "abc");
            byte[] read = new byte[10];
            ByteBuffer buffer = ByteBuffer.wrap(read);
            long start = System.nanoTime();
            TimedOutException reading = assertInstanceOf(TimedOutException.class, assertThrows(ExecutionException.class,
                    () -> get(start(virtual, () -> {
                        FdStreams.readFully(ends.reader(), buffer, SHORT);
                        return null;
                    }))).getCause());
            assertTrue(System.nanoTime() - start >= SHORT.toNanos());
            assertEquals(3, reading.moved());
            assertEquals(3, reading.bytesTransferred);
            assertEquals(3, buffer.position());
            assertArrayEquals(new byte[] {'a', 'b', 'c', 0}, Arrays.copyOf(read, 4));
            assertTrue(reading.getMessage().endsWith("time is up after 3 of 10 bytes"), reading::getMessage);

            byte[] bytes = random(10_000_000);
            TimedOutException writing = assertInstanceOf(TimedOutException.class, assertThrows(ExecutionException.class,
                    () -> get(start(virtual, () -> {
                        FdStreams.writeFully(ends.writer(), bytes, 0, bytes.length, SHORT);
                        return null;
                    }))).getCause());
            assertTrue(writing.moved() > 0 && writing.moved() < bytes.length, writing::getMessage);
            // those bytes, and no others, can be read
            byte[] moved = new byte[(int) writing.moved()];
            FdStreams.readFully(ends.reader(), moved, 0, moved.length, Duration.ZERO);
            assertArrayEquals(Arrays.copyOf(bytes, moved.length), moved);
            assertEquals(0, assertThrows(TimedOutException.class,
                    () -> FdStreams.readFully(ends.reader(), moved, 0, 1, Duration.ZERO)).moved());
        }
    }

    /** All of it counts from the beginning, whatever comes meanwhile. */
    @Test
    void theTimeIsThatOfTheWholeCall() throws Exception {
        try (Ends ends = open("pipe", false)) {
            FutureTask<?> writer = Support.start(() -> {
                for (int i = 0; i < 100 && ends.reader().isOpen(); i++) {
                    Support.write(ends.writer(), "a");
                    Thread.sleep(10);
                }
                return null;
            });
            assertTrue(assertThrows(TimedOutException.class, () -> FdStreams.readFully(
                    ends.reader(), ByteBuffer.allocate(1000), Duration.ofMillis(100))).moved() < 100);
            get(writer);
        }
    }

    /** Where there is room for a part, the kernel would wait for the rest. */
    @Test
    void aWriteIntoAPipeWithLittleRoomDoesNotBlockBeyondItsTime() throws Exception {
        try (Ends ends = open("pipe", false)) {
            byte[] bytes = random(10_000_000);
            long all = assertThrows(TimedOutException.class,
                    () -> FdStreams.writeFully(ends.writer(), bytes, 0, bytes.length, Duration.ZERO)).moved();
            FdStreams.readFully(ends.reader(), bytes, 0, 8192, Duration.ZERO);
            Fcntl.setNonBlocking(ends.writer(), false);
            FutureTask<?> writer = Support.start(() -> {
                FdStreams.writeFully(ends.writer(), bytes, 0, bytes.length, SHORT);
                return null;
            });
            TimedOutException up = assertInstanceOf(TimedOutException.class,
                    assertThrows(ExecutionException.class, () -> get(writer)).getCause());
            assertEquals(all - 8192 + up.moved(), Ioctl.available(ends.reader()));
        }
    }

    @Test
    void anInterruptedReadOfAllSaysHowMuchWasRead() throws Exception {
        try (Ends ends = open("pipe", false)) {
            Support.write(ends.writer(), "abc");
            Waiting<Integer> reads = new Waiting<>(() -> assertThrows(InterruptedIOException.class,
                    () -> FdStreams.readFully(ends.reader(), ByteBuffer.allocate(10), LONG)).bytesTransferred);
            awaitUsers(ends.reader(), 1);
            reads.parked().thread.interrupt();
            assertEquals(3, reads.result());
        }
    }

    @Test
    void aPartThatTheArrayDoesNotHaveIsNamed() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            assertTrue(assertThrows(IndexOutOfBoundsException.class,
                    () -> FdStreams.readFully(pipe.reader(), new byte[1], 0, 5, Duration.ZERO)).getMessage().contains("length 1"));
            assertTrue(assertThrows(IndexOutOfBoundsException.class,
                    () -> FdStreams.writeFully(pipe.writer(), new byte[1], 0, 5, Duration.ZERO)).getMessage().contains("length 1"));
        }
    }

    @Test
    void theEndOfTheFileAndErrorsEndIt() throws IOException {
        try (Ends ends = open("pipe", false)) {
            Support.write(ends.writer(), "abc");
            ends.writer().close();
            String message = assertThrows(EOFException.class,
                    () -> FdStreams.readFully(ends.reader(), new byte[5], 0, 5, LONG)).getMessage();
            assertTrue(message.endsWith("end of file after 3 of 5 bytes"), message);
            assertErrno(Errno.EBADF, () -> FdStreams.writeFully(ends.reader(), new byte[5], 0, 5, LONG));
            assertThrows(IndexOutOfBoundsException.class,
                    () -> FdStreams.readFully(ends.reader(), new byte[5], 1, 5, LONG));
            assertThrows(IllegalArgumentException.class,
                    () -> FdStreams.readFully(ends.reader(), new byte[5], 1, 4, Duration.ofNanos(-1)));
            assertThrows(IllegalArgumentException.class, () -> FdStreams.readFully(ends.reader(),
                    MemorySegment.ofArray(new long[1]), LONG));
            ends.reader().close();
            assertClosed(() -> FdStreams.readFully(ends.reader(), new byte[5], 0, 5, LONG));
            assertClosed(() -> FdStreams.inputStream(ends.reader()));
        }
    }

    @ParameterizedTest
    @CsvSource({"pipe,true,true", "pipe,true,false", "pipe,false,true", "pipe,false,false",
        "socket,true,true", "socket,true,false", "socket,false,true", "socket,false,false"})
    void streamsMoveAllAndTellTheEnd(String kind, boolean blocking, boolean virtual) throws Exception {
        byte[] bytes = random(1_000_000);
        try (Ends ends = open(kind, blocking)) {
            FutureTask<?> writer = start(virtual, () -> {
                try (OutputStream out = FdStreams.outputStream(ends.writer())) {
                    out.write(bytes[0]);
                    out.write(bytes, 1, bytes.length - 1);
                }
                return null;
            });
            FutureTask<?> reader = start(virtual, () -> {
                InputStream in = FdStreams.inputStream(ends.reader());
                assertEquals(Byte.toUnsignedInt(bytes[0]), in.read());
                assertArrayEquals(Arrays.copyOfRange(bytes, 1, bytes.length), in.readAllBytes());
                assertEquals(-1, in.read());
                assertEquals(0, in.read(new byte[0]));
                return null;
            });
            get(writer);
            get(reader);
            assertFalse(ends.writer().isOpen());
        }
    }

    @Test
    void aFileIsReadAndWrittenToItsEnd() throws IOException {
        byte[] bytes = random(200_000);
        Path path = folder.resolve("file");
        try (OutputStream out = FdStreams.outputStream(Fcntl.open(path, Fcntl.O_WRONLY | Fcntl.O_CREAT))) {
            out.write(bytes);
        }
        assertArrayEquals(bytes, Files.readAllBytes(path));
        try (InputStream in = FdStreams.inputStream(Fcntl.open(path, Fcntl.O_RDONLY))) {
            assertEquals(bytes.length, in.available());
            assertArrayEquals(bytes, in.readAllBytes());
            assertEquals(0, in.available());
        }
    }

    @Test
    void availableIsWhatCanBeReadAndZeroWhereNobodyKnows() throws IOException {
        try (Ends ends = open("pipe", false); EventFd eventFd = EventFd.create()) {
            Support.write(ends.writer(), "abcde");
            assertEquals(5, FdStreams.inputStream(ends.reader()).available());
            assertEquals(0, FdStreams.inputStream(eventFd).available());
        }
    }

    @Test
    void closingAStreamClosesTheOwnerAndNotABorrower() throws IOException {
        try (Ends ends = open("pipe", false)) {
            int number = ends.reader().fd();
            Fd borrowed = Fd.borrow(number);
            InputStream in = FdStreams.inputStream(borrowed);
            in.close();
            assertTrue(isOpen(number));
            assertFalse(borrowed.isOpen());
            for (Callable<?> call : List.<Callable<?>>of(in::read, in::available)) {
                String message = assertThrows(IOException.class, call::call).getMessage();
                assertTrue(message.endsWith("the stream is closed"), message);
            }
            FdStreams.inputStream(ends.reader()).close();
            assertFalse(isOpen(number));
            OutputStream out = FdStreams.outputStream(ends.writer());
            out.close();
            out.close();
            assertThrows(IOException.class, () -> out.write(1));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptOfAVirtualThreadClosesTheStream(boolean blocking) throws Exception {
        try (Ends ends = open("socket", blocking)) {
            Waiting<Boolean> reads = new Waiting<>(() -> {
                InputStream in = FdStreams.inputStream(ends.reader());
                assertThrows(InterruptedIOException.class, in::read);
                return Thread.interrupted();
            });
            awaitUsers(ends.reader(), 1);
            reads.parked().thread.interrupt();
            assertTrue(reads.result());
            assertFalse(ends.reader().isOpen());
        }
    }

    @Test
    void whatIsThereIsReadByAnInterruptedThreadToo() throws Exception {
        try (Ends ends = open("pipe", false)) {
            Support.write(ends.writer(), "a");
            assertEquals('a', (int) new Waiting<>(() -> {
                Thread.currentThread().interrupt();
                return FdStreams.inputStream(ends.reader()).read();
            }).result());
            assertTrue(ends.reader().isOpen());
        }
    }

    @Test
    void anInterruptedWriteSaysHowMuchWasWritten() throws Exception {
        try (Ends ends = open("pipe", true)) {
            Waiting<Integer> writes = new Waiting<>(() -> {
                OutputStream out = FdStreams.outputStream(ends.writer());
                return assertThrows(InterruptedIOException.class, () -> out.write(new byte[10_000_000]))
                        .bytesTransferred;
            });
            awaitUsers(ends.writer(), 1);
            writes.parked().thread.interrupt();
            int written = writes.result();
            assertTrue(written > 0);
            assertEquals(written, Ioctl.available(ends.reader()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipe", "socket"})
    void aCloseEndsTheReadOfAVirtualThread(String kind) throws Exception {
        try (Ends ends = open(kind, true)) {
            InputStream in = FdStreams.inputStream(ends.reader());
            Waiting<Integer> reads = new Waiting<>(in::read);
            awaitUsers(ends.reader(), 1);
            reads.parked();
            in.close();
            assertInstanceOf(AsynchronousCloseException.class, reads.thrown());
            assertThrows(IOException.class, in::read);
        }
    }

    /** A carrier that is held by one of the two would keep the other from ending that. */
    @Test
    void onOneCarrierTwoVirtualThreadsPassBytesThroughBlockingDescriptors() throws Exception {
        assertEquals("passed", Child.run(Child.java(List.of("--enable-native-access=ALL-UNNAMED",
                "-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1"),
                OneCarrier.class)).strip());
    }

    static final class OneCarrier {
        private OneCarrier() { }

        public static void main(String[] args) throws Exception {
            for (String kind : List.of("pipe", "socket")) {
                byte[] bytes = random(1_000_000);
                try (Ends ends = open(kind, true)) {
                    Waiting<byte[]> reader = new Waiting<>(() -> FdStreams.inputStream(ends.reader()).readAllBytes());
                    Waiting<?> writer = new Waiting<>(() -> {
                        try (OutputStream out = FdStreams.outputStream(ends.writer())) {
                            out.write(bytes);
                        }
                        return null;
                    });
                    writer.result();
                    assertArrayEquals(bytes, reader.result());
                }
            }
            System.out.println("passed");
        }
    }
}
