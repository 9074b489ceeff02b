// Written by generated/regenerate from generated/functions. Do not edit.

package dev.pollux.internal;

import dev.pollux.generated.errno_h;
import java.lang.foreign.MemorySegment;

/**
 * The functions of {@link Libc} that use a descriptor, or two, which other threads may close meanwhile: a number
 * stays what it is until the call has returned. Where the list says so, a call that a signal interrupts is made
 * again, unless a descriptor has been closed meanwhile: then it ends with {@code -EINTR}.
 */
public final class Guarded {
    private static final int EINTR = errno_h.EINTR();

    private Guarded() { }

    public static long splice(MemorySegment s, Guard guard, long offin, Guard with, long offout, long len, int flags) {
        int number = guard.enter();
        try {
            int second = with.enter();
            try {
                long result;
                do {
                    result = Libc.splice(s, number, offin, second, offout, len, flags);
                } while (result == -EINTR && guard.isOpen() && with.isOpen());
                return result;
            } finally {
                with.leave();
            }
        } finally {
            guard.leave();
        }
    }

    public static int openat(Guard guard, long file, int oflag, int arg) {
        int number = guard.enter();
        try {
            int result;
            do {
                result = Libc.openat(number, file, oflag, arg);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static int fcntl(Guard guard, int cmd, int arg) {
        int number = guard.enter();
        try {
            return Libc.fcntl(number, cmd, arg);
        } finally {
            guard.leave();
        }
    }

    public static int fcntl(MemorySegment s, Guard guard, int cmd, long arg) {
        int number = guard.enter();
        try {
            return Libc.fcntl(s, number, cmd, arg);
        } finally {
            guard.leave();
        }
    }

    public static long read(Guard guard, MemorySegment buf, long nbytes) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.read(number, buf, nbytes);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long read(MemorySegment s, Guard guard, long buf, long nbytes) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.read(s, number, buf, nbytes);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long write(Guard guard, MemorySegment buf, long n) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.write(number, buf, n);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long write(MemorySegment s, Guard guard, long buf, long n) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.write(s, number, buf, n);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long sendfile(MemorySegment s, Guard guard, Guard with, long offset, long count) {
        int number = guard.enter();
        try {
            int second = with.enter();
            try {
                long result;
                do {
                    result = Libc.sendfile(s, number, second, offset, count);
                } while (result == -EINTR && guard.isOpen() && with.isOpen());
                return result;
            } finally {
                with.leave();
            }
        } finally {
            guard.leave();
        }
    }

    public static int timerfd_settime(MemorySegment s, Guard guard, int flags, long utmr, long otmr) {
        int number = guard.enter();
        try {
            return Libc.timerfd_settime(s, number, flags, utmr, otmr);
        } finally {
            guard.leave();
        }
    }

    public static int timerfd_gettime(MemorySegment s, Guard guard, long otmr) {
        int number = guard.enter();
        try {
            return Libc.timerfd_gettime(s, number, otmr);
        } finally {
            guard.leave();
        }
    }

    public static int signalfd(Guard guard, MemorySegment mask, int flags) {
        int number = guard.enter();
        try {
            return Libc.signalfd(number, mask, flags);
        } finally {
            guard.leave();
        }
    }

    public static int bind(Guard guard, MemorySegment addr, int len) {
        int number = guard.enter();
        try {
            return Libc.bind(number, addr, len);
        } finally {
            guard.leave();
        }
    }

    public static int bind(MemorySegment s, Guard guard, long addr, int len) {
        int number = guard.enter();
        try {
            return Libc.bind(s, number, addr, len);
        } finally {
            guard.leave();
        }
    }

    public static int listen(Guard guard, int n) {
        int number = guard.enter();
        try {
            return Libc.listen(number, n);
        } finally {
            guard.leave();
        }
    }

    public static int accept4(Guard guard, long addr, long addr_len, int flags) {
        int number = guard.enter();
        try {
            int result;
            do {
                result = Libc.accept4(number, addr, addr_len, flags);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static int accept4(MemorySegment s, Guard guard, MemorySegment addr, long addr_len, int flags) {
        int number = guard.enter();
        try {
            int result;
            do {
                result = Libc.accept4(s, number, addr, addr_len, flags);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static int shutdown(Guard guard, int how) {
        int number = guard.enter();
        try {
            return Libc.shutdown(number, how);
        } finally {
            guard.leave();
        }
    }

    public static int getsockname(MemorySegment s, Guard guard, MemorySegment addr, long len) {
        int number = guard.enter();
        try {
            return Libc.getsockname(s, number, addr, len);
        } finally {
            guard.leave();
        }
    }

    public static int getsockname(MemorySegment s, Guard guard, long addr, long len) {
        int number = guard.enter();
        try {
            return Libc.getsockname(s, number, addr, len);
        } finally {
            guard.leave();
        }
    }

    public static int getpeername(MemorySegment s, Guard guard, MemorySegment addr, long len) {
        int number = guard.enter();
        try {
            return Libc.getpeername(s, number, addr, len);
        } finally {
            guard.leave();
        }
    }

    public static int getpeername(MemorySegment s, Guard guard, long addr, long len) {
        int number = guard.enter();
        try {
            return Libc.getpeername(s, number, addr, len);
        } finally {
            guard.leave();
        }
    }

    public static int getsockopt(MemorySegment s, Guard guard, int level, int optname, long optval, long optlen) {
        int number = guard.enter();
        try {
            return Libc.getsockopt(s, number, level, optname, optval, optlen);
        } finally {
            guard.leave();
        }
    }

    public static int setsockopt(MemorySegment s, Guard guard, int level, int optname, long optval, int optlen) {
        int number = guard.enter();
        try {
            return Libc.setsockopt(s, number, level, optname, optval, optlen);
        } finally {
            guard.leave();
        }
    }

    public static long recv(Guard guard, MemorySegment buf, long n, int flags) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.recv(number, buf, n, flags);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long send(Guard guard, MemorySegment buf, long n, int flags) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.send(number, buf, n, flags);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long recvfrom(
            MemorySegment s, Guard guard, MemorySegment buf, long n, int flags, MemorySegment addr, long addr_len) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.recvfrom(s, number, buf, n, flags, addr, addr_len);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long sendto(Guard guard, MemorySegment buf, long n, int flags, MemorySegment addr, int addr_len) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.sendto(number, buf, n, flags, addr, addr_len);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long sendto(
            MemorySegment s, Guard guard, MemorySegment buf, long n, int flags, long addr, int addr_len) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.sendto(s, number, buf, n, flags, addr, addr_len);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long sendmsg(Guard guard, MemorySegment message, int flags) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.sendmsg(number, message, flags);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long recvmsg(Guard guard, MemorySegment message, int flags) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.recvmsg(number, message, flags);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static int sendmmsg(Guard guard, MemorySegment vmessages, int vlen, int flags) {
        int number = guard.enter();
        try {
            int result;
            do {
                result = Libc.sendmmsg(number, vmessages, vlen, flags);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static int recvmmsg(Guard guard, MemorySegment vmessages, int vlen, int flags, long tmo) {
        int number = guard.enter();
        try {
            int result;
            do {
                result = Libc.recvmmsg(number, vmessages, vlen, flags, tmo);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long readv(Guard guard, MemorySegment iovec, int count) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.readv(number, iovec, count);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static long writev(Guard guard, MemorySegment iovec, int count) {
        int number = guard.enter();
        try {
            long result;
            do {
                result = Libc.writev(number, iovec, count);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static int inotify_rm_watch(Guard guard, int wd) {
        int number = guard.enter();
        try {
            return Libc.inotify_rm_watch(number, wd);
        } finally {
            guard.leave();
        }
    }

    public static int ptsname_r(Guard guard, long buf, long buflen) {
        int number = guard.enter();
        try {
            return Libc.ptsname_r(number, buf, buflen);
        } finally {
            guard.leave();
        }
    }

    public static int ioctl(Guard guard, long request, long arg) {
        int number = guard.enter();
        try {
            int result;
            do {
                result = Libc.ioctl(number, request, arg);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static int ioctl(MemorySegment s, Guard guard, long request, long arg) {
        int number = guard.enter();
        try {
            int result;
            do {
                result = Libc.ioctl(s, number, request, arg);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    public static int ioctl(Guard guard, long request, MemorySegment arg) {
        int number = guard.enter();
        try {
            int result;
            do {
                result = Libc.ioctl(number, request, arg);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }
}
