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
 * Classes and methods are called what C calls them, and can be searched for by that name; {@code epoll_ctl} is {@link
 * dev.pollux.Epoll#add(dev.pollux.Fd, int) add}, {@link dev.pollux.Epoll#modify(dev.pollux.Fd, int, long) modify} and
 * {@link dev.pollux.Epoll#remove(dev.pollux.Fd) remove}.
 *
 * <p>Start Java with {@code --enable-native-access=dev.pollux}, or with {@code =ALL-UNNAMED} where this is on the class
 * path, in an OSGi bundle among it.
 */
module dev.pollux {
    requires static org.jspecify;

    exports dev.pollux;
}
