/** Servers with select, poll and epoll, to be read and run. */
module dev.pollux.examples {
    requires dev.pollux;
    requires info.picocli;
    requires java.management;
    requires jdk.unsupported;

    opens dev.pollux.examples to info.picocli;
}
