/**
 * epoll, poll and select of Linux, for Java, without JNI: a thin, typed layer over libc by the Foreign Function and
 * Memory API.
 *
 * <p><b>What it does.</b> One object per kernel object, one method per kernel call, under C's names:
 * <ul>
 * <li>waits: {@link dev.pollux.Epoll}, {@link dev.pollux.Poll}, {@link dev.pollux.Select};
 * <li>any descriptor, and opening files: {@link dev.pollux.Fd}, {@link dev.pollux.Fcntl};
 * <li>what a server needs: {@link dev.pollux.EventFd}, {@link dev.pollux.Pipe}, {@link dev.pollux.SocketFd} with its
 *     options, {@link dev.pollux.Sockopt}, and messages, {@link dev.pollux.Message};
 * <li>timers, signals, processes and changes of files: {@link dev.pollux.TimerFd}, {@link dev.pollux.SignalFd}, {@link
 *     dev.pollux.PidFd}, {@link dev.pollux.Inotify};
 * <li>terminals and serial lines: {@link dev.pollux.Termios}, {@link dev.pollux.Winsize}, {@link dev.pollux.Terminal},
 *     {@link dev.pollux.Pty};
 * <li>locks of files, and memory with seals: {@link dev.pollux.Locks}, {@link dev.pollux.MemFd};
 * <li>the rest: {@link dev.pollux.Ioctl}.
 * </ul>
 * It waits for any file descriptor, whoever opened it. A wait, a read and a write, once compiled, allocate nothing.
 * What it opens is close-on-exec, and non-blocking where that matters, unless the caller passes other flags.
 *
 * <p><b>What it refuses to do.</b> It has no event loop, and starts no threads, except while virtual threads wait. It
 * holds one descriptor of its own while any epoll is open: an eventfd, by which closing an epoll wakes those that wait
 * on it. It never reads, drains or re-arms anything by itself, closes nothing but descriptors that were received and
 * that nobody took ({@link dev.pollux.ControlMessages}), has no finalizer, and never changes a descriptor's flags
 * unless asked.
 *
 * <p><b>Descriptors.</b> An {@link dev.pollux.Fd} either owns its number ({@link dev.pollux.Fd#adopt} and everything
 * that the library opened) or borrows it ({@link dev.pollux.Fd#borrow}). An owner closes its number once, and never
 * uses it after that, not even if several threads use and close the object at the same time. A borrowed number is
 * trusted, as in C: if its real owner closes it, the number may already belong to someone else.
 *
 * <p><b>Results.</b> A call that the kernel refuses throws {@link dev.pollux.ErrnoException}; an argument that is wrong
 * in itself an {@link java.lang.IllegalArgumentException}, a null one a {@link java.lang.NullPointerException}; a call
 * on a closed object an {@link java.lang.IllegalStateException}. Ordinary results are: EAGAIN, which is
 * {@link dev.pollux.Fd#WOULD_BLOCK} (of an {@link dev.pollux.EventFd}, a {@link dev.pollux.TimerFd}, a
 * {@link dev.pollux.SignalFd} and an {@link dev.pollux.Inotify} 0 or false, of {@code accept} {@code null}); ECANCELED
 * of a timer, {@link dev.pollux.TimerFd#CANCELED}; a lock of another's in the way, which is false; EINTR, which is
 * {@link dev.pollux.SigSet#INTERRUPTED} in the waits that take a signal mask, and elsewhere means that the call is made
 * again (not {@code close}, which is done, nor {@code connect}, which goes on by itself); EINPROGRESS of {@code
 * connect}, {@link dev.pollux.SocketFd#IN_PROGRESS}; and the end of a file, a read of 0 bytes.
 *
 * <p><b>Memory.</b> Whatever the kernel reads or writes is a native {@link java.lang.foreign.MemorySegment} from the
 * caller's own {@link java.lang.foreign.Arena}; it is kept alive while a call uses it. Heap segments are refused (but
 * for values of socket options, which are copied), and read-only ones where the kernel would write; a confined segment
 * on another thread is a {@link java.lang.WrongThreadException}, one of a closed arena an {@link
 * java.lang.IllegalStateException} ("Already closed"). Arrays and {@link java.nio.ByteBuffer}s are taken by {@code
 * read}, {@code write}, {@code recv} and {@code send}, which copy what is on the heap; {@link dev.pollux.FdStreams} has
 * {@code readFully} and {@code writeFully} with a deadline, and streams.
 * What a {@link dev.pollux.Message} points to has to be of the same arena as the message itself, or of the global one.
 *
 * <p><b>Paths.</b> A relative path is the file that {@link java.nio.file.Files} means by it: in {@code user.dir} as it
 * was when the JVM started. Where that is the directory of the process, as usual, the kernel is given the path as it
 * is, which may be all that fits where a path has to be short, as that of a socket.
 *
 * <p><b>Threads.</b> A blocking wait of a platform thread cannot be ended by {@link Thread#interrupt}: wake it by an
 * {@link dev.pollux.EventFd}, or by closing the {@link dev.pollux.Epoll}.
 *
 * <p>A wait of a virtual thread leaves the carrier to others. {@link dev.pollux.Fd#await(int)} and {@link
 * dev.pollux.Epoll#await(EpollEvents)}, with and without a timeout, park it; two epolls watch for all of them, a
 * virtual thread polls while there is something to do, and one platform thread waits while there is not. An interrupt
 * is an {@link java.io.InterruptedIOException}. {@link dev.pollux.Poll}, {@link dev.pollux.Select} and the waits with a
 * {@link dev.pollux.SigSet} are made by a platform thread of a pool without a bound, with an eventfd by which an
 * interrupt ends them too; so are {@link dev.pollux.Fcntl#open} and {@link dev.pollux.Fcntl#openat}, which may block,
 * and what waits for locks ({@link dev.pollux.Locks}) and for terminals ({@link dev.pollux.Terminal}): those an
 * interrupt does not end. These are daemon threads. Neither they nor the epolls exist until a virtual thread has to
 * wait, and they go some seconds after the last one has. Where these epolls cannot watch a descriptor (EMFILE, ELOOP,
 * EPERM), or events may be lost by that ({@link dev.pollux.Poll#POLLPRI} of a plain {@link dev.pollux.Fd}, or of a
 * borrowed descriptor), a thread of the pool waits for it, a tenth of a second at a time: only then are an interrupt
 * and a close noticed. There are 32 of these threads at most; a virtual thread that finds them all taken checks by
 * itself, every tenth of a second to every second. Other calls on blocking descriptors, such as a read, hold the
 * carrier.
 *
 * <p>A server that echoes what it is sent:
 * {@snippet class="dev.pollux.Snippets" region="echo"}
 */
@NullMarked
package dev.pollux;

import org.jspecify.annotations.NullMarked;
