/**
 * epoll, poll and select for Java, without JNI.
 */
module dev.pollux {
    requires static org.jspecify;

    exports dev.pollux;
}
