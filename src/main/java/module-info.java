/**
 * epoll, poll and select for Java, without JNI.
 */
module dev.pollux {
    requires static transitive org.jspecify;

    exports dev.pollux;
}
