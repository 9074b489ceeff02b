/**
 * epoll, poll and select of Linux, for Java, without JNI.
 *
 * <p>Everything is in one package, {@link dev.pollux}, whose page has what is in it, and the rules about descriptors,
 * results, memory and threads. To begin with:
 * <ul>
 * <li>{@link dev.pollux.Epoll} waits for many descriptors, {@link dev.pollux.Fd#await(int)} for one, on any thread;
 * <li>{@link dev.pollux.SocketFd}, {@link dev.pollux.TimerFd}, {@link dev.pollux.Inotify} and others are descriptors,
 *     and {@link dev.pollux.Fd#borrow} takes one of somebody else's;
 * <li>{@link dev.pollux.Pollux#isSupported} tells beforehand whether it works here.
 * </ul>
 *
 * <p>Where C functions are: {@index epoll_create1}: {@link dev.pollux.Epoll#create() Epoll.create}; {@index epoll_ctl}:
 * {@link dev.pollux.Epoll#add(dev.pollux.Fd, int) Epoll.add}, {@link dev.pollux.Epoll#modify(dev.pollux.Fd, int, long)
 * modify}, {@link dev.pollux.Epoll#remove(dev.pollux.Fd) remove}; {@index epoll_wait}: {@link
 * dev.pollux.Epoll#await(dev.pollux.EpollEvents) Epoll.await}, {@link dev.pollux.Epoll#poll(dev.pollux.EpollEvents)
 * poll}; {@index poll}: {@link dev.pollux.Poll}; {@index select}: {@link dev.pollux.Select}; {@index eventfd}: {@link
 * dev.pollux.EventFd}; {@index timerfd_create}: {@link dev.pollux.TimerFd}; {@index signalfd}: {@link
 * dev.pollux.SignalFd}; {@index inotify_init1}: {@link dev.pollux.Inotify}; {@index pidfd_open}: {@link
 * dev.pollux.PidFd}; {@index pipe2}: {@link dev.pollux.Pipe}; {@index memfd_create}: {@link dev.pollux.MemFd}; {@index
 * open}: {@link dev.pollux.Fcntl#open Fcntl.open}; {@index fcntl}: {@link dev.pollux.Fcntl}, {@link dev.pollux.Locks};
 * {@index ioctl}: {@link dev.pollux.Ioctl}; {@index tcsetattr}: {@link dev.pollux.Termios}, {@link
 * dev.pollux.Terminal}; {@index posix_openpt}: {@link dev.pollux.Pty}; {@index socket}: {@link dev.pollux.SocketFd};
 * {@index socketpair}: {@link dev.pollux.SocketPair}; {@index setsockopt}: {@link dev.pollux.Sockopt}; {@index
 * sendmsg}: {@link dev.pollux.Message}; {@index recvmsg}: {@link dev.pollux.Message}; {@index sendmmsg}: {@link
 * dev.pollux.Messages}; {@index recvmmsg}: {@link dev.pollux.Messages}; {@index readv}: {@link dev.pollux.IoVec};
 * {@index writev}: {@link dev.pollux.IoVec}; {@index splice}: {@link dev.pollux.Splice}; {@index sendfile}: {@link
 * dev.pollux.Splice}.
 *
 * <p>Start Java with {@code --enable-native-access=dev.pollux}, or with {@code =ALL-UNNAMED} where this is on the class
 * path, in an OSGi bundle among it.
 */
module dev.pollux {
    requires static org.jspecify;

    exports dev.pollux;
}
