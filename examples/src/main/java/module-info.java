/** Programs with select, poll and epoll, to run and to read. */
module dev.pollux.examples {
    requires dev.pollux;
    requires info.picocli;
    requires java.management;
    requires jdk.unsupported;

    opens dev.pollux.examples to info.picocli;
    opens dev.pollux.examples.chat to info.picocli;
    opens dev.pollux.examples.child to info.picocli;
    opens dev.pollux.examples.dbus to info.picocli;
    opens dev.pollux.examples.echo to info.picocli;
    opens dev.pollux.examples.handover to info.picocli;
    opens dev.pollux.examples.idle to info.picocli;
    opens dev.pollux.examples.inherit to info.picocli;
    opens dev.pollux.examples.kv to info.picocli;
    opens dev.pollux.examples.loop to info.picocli;
    opens dev.pollux.examples.netlink to info.picocli;
    opens dev.pollux.examples.notify to info.picocli;
    opens dev.pollux.examples.packet to info.picocli;
    opens dev.pollux.examples.pollstdin to info.picocli;
    opens dev.pollux.examples.postgres to info.picocli;
    opens dev.pollux.examples.serial to info.picocli;
    opens dev.pollux.examples.shared to info.picocli;
    opens dev.pollux.examples.soak to info.picocli;
    opens dev.pollux.examples.terminal to info.picocli;
    opens dev.pollux.examples.tun to info.picocli;
    opens dev.pollux.examples.watch to info.picocli;
    opens dev.pollux.examples.workers to info.picocli;
}
