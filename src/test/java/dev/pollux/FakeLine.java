package dev.pollux;

import dev.pollux.generated.termios2;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The driver of a serial line, with modem lines, breaks, and calls that block: no machine of the tests has such a line.
 * A filter of system calls hands it every ioctl of a thread ({@link Refused#answered}). It is in the same process as
 * whoever calls, and so reads and writes their memory as a kernel does.
 */
final class FakeLine implements ToLongFunction<long[]> {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    final MemorySegment settings = Arena.ofAuto().allocate(Ioctl.TCSETS2.bytes(), Long.BYTES);
    final List<String> calls = new ArrayList<>();
    /** What the driver makes of the settings that it is told. */
    Consumer<MemorySegment> quirk = _ -> { };
    volatile int modemLines = Terminal.TIOCM_CTS;
    volatile int unsent;
    /** What blocks waits for this. */
    @Nullable CountDownLatch blocking;

    private static boolean is(Ioctl.Request request, int number) {
        return request.number() == number;
    }

    @Override
    public long applyAsLong(long[] arguments) {
        int request = (int) arguments[1];
        // zero-extended, as every request
        if (arguments[1] != Integer.toUnsignedLong(request)) {
            return -Errno.ENOTTY;
        }
        long argument = arguments[2];
        if (is(Ioctl.TCGETS2, request)) {
            memory(argument, settings.byteSize()).copyFrom(settings);
        } else if (is(Ioctl.TCSETS2, request) || is(Ioctl.TCSETSW2, request) || is(Ioctl.TCSETSF2, request)) {
            if (!is(Ioctl.TCSETS2, request)) {
                block();
            }
            settings.copyFrom(memory(argument, settings.byteSize()));
            quirk.accept(settings);
        } else if (is(Ioctl.TIOCMGET, request)) {
            memory(argument, 4).set(INT, 0, modemLines);
        } else if (is(Ioctl.TIOCMBIS, request)) {
            modemLines |= memory(argument, 4).get(INT, 0);
        } else if (is(Ioctl.TIOCMBIC, request)) {
            modemLines &= ~memory(argument, 4).get(INT, 0);
        } else if (is(Ioctl.TIOCMIWAIT, request)) {
            calls.add("TIOCMIWAIT " + Terminal.modemLines((int) argument));
            block();
        } else if (is(Ioctl.TIOCOUTQ, request)) {
            memory(argument, 4).set(INT, 0, unsent);
        } else if (is(Ioctl.TCSBRK, request)) {
            calls.add("TCSBRK " + argument);
            block();
        } else if (is(Ioctl.TCSBRKP, request)) {
            calls.add("TCSBRKP " + argument);
        } else if (is(Ioctl.TIOCSBRK, request)) {
            calls.add("TIOCSBRK");
            block();
        } else if (is(Ioctl.TIOCCBRK, request)) {
            calls.add("TIOCCBRK");
        } else if (is(Ioctl.TIOCGICOUNT, request) || is(Ioctl.TIOCGSERIAL, request)) {
            // as many ints as there are, each its index
            MemorySegment memory = memory(argument,
                    (is(Ioctl.TIOCGICOUNT, request) ? Ioctl.TIOCGICOUNT : Ioctl.TIOCGSERIAL).bytes());
            for (int i = 0; i < memory.byteSize() / 4; i++) {
                memory.set(INT, i * 4L, i);
            }
        } else if (is(Ioctl.TIOCSSERIAL, request)) {
            calls.add("TIOCSSERIAL flags=0x" + Integer.toHexString(memory(argument, 72).get(INT, 16)));
        } else if (is(Ioctl.TIOCSRS485, request)) {
            MemorySegment rs485 = memory(argument, 32);
            calls.add("TIOCSRS485 flags=" + rs485.get(INT, 0) + " before=" + rs485.get(INT, 4));
            rs485.set(INT, 4, 0); // a device without delays
        } else {
            return -Errno.ENOTTY;
        }
        return 0;
    }

    int flags(long offset) {
        return settings.get(INT, offset);
    }

    void speeds(int input, int output) {
        termios2.c_ispeed(settings, input);
        termios2.c_ospeed(settings, output);
    }

    private void block() {
        CountDownLatch until = blocking;
        if (until != null) {
            try {
                until.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static MemorySegment memory(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }
}
