package dev.pollux.examples.netlink;

import dev.pollux.examples.shared.Escaped;
import dev.pollux.examples.shared.Inet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Consumer;

/** All links and addresses, by rtnetlink(7), and what is to be said when they change: as {@code ip monitor} says it. */
final class State {
    // <linux/rtnetlink.h>
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;

    // struct ifinfomsg, <linux/if_link.h>
    private static final int IFINFOMSG = 16;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_OPERSTATE = 16;
    private static final Map<Integer, String> KINDS = Map.of(1, "ether", 772, "loopback", 65534, "none");
    private static final String[] STATES =
            {"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"};
    private static final int IFF_UP = 1;
    private static final int IFF_RUNNING = 0x40;
    private static final Map<Integer, String> LINK_FLAGS = ordered(0x8, "LOOPBACK", 0x2, "BROADCAST", 0x10,
            "POINTOPOINT", 0x1000, "MULTICAST", 0x80, "NOARP", 0x200, "ALLMULTI", 0x100, "PROMISC", 0x400, "MASTER",
            0x800, "SLAVE", 0x4, "DEBUG", 0x8000, "DYNAMIC", 0x4000, "AUTOMEDIA", 0x2000, "PORTSEL", 0x20,
            "NOTRAILERS", IFF_UP, "UP", 0x10000, "LOWER_UP", 0x20000, "DORMANT", 0x40000, "ECHO");

    // struct ifaddrmsg, <linux/if_addr.h>
    private static final int IFADDRMSG = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_LABEL = 3;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_FLAGS = 8;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int IFA_F_SECONDARY = 1;
    private static final int IFA_F_PERMANENT = 0x80;
    private static final Map<Integer, String> SCOPES = Map.of(0, "global", 200, "site", 253, "link", 254, "host");
    private static final Map<Integer, String> ADDRESS_FLAGS = ordered(0x2, "nodad", 0x4, "optimistic", 0x8, "dadfailed",
            0x10, "home", 0x20, "deprecated", 0x40, "tentative");
    private static final Map<Integer, String> LATER_FLAGS =
            ordered(0x100, "mngtmpaddr", 0x200, "noprefixroute", 0x400, "autojoin", 0x800, "stable-privacy");

    /** What is known, by what it is known by, and the line that tells of it. */
    private final Map<String, String> links = new TreeMap<>();
    private final Map<String, String> addresses = new TreeMap<>();
    private final Map<Integer, String> names = new TreeMap<>();

    /** What was told since everything was asked for: the rest is gone. */
    private final Set<String> told = new HashSet<>();

    private static Map<Integer, String> ordered(Object... pairs) {
        Map<Integer, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((int) pairs[i], (String) pairs[i + 1]);
        }
        return map;
    }

    /** Takes a message; returns what is new of it, or null. A change that was missed before makes no line twice. */
    String take(Messages message, boolean isEvent) {
        return switch (message.type()) {
            case RTM_NEWLINK, RTM_DELLINK -> takeLink(message, isEvent);
            case RTM_NEWADDR, RTM_DELADDR -> takeAddress(message, isEvent);
            default -> null;
        };
    }

    private String takeLink(Messages message, boolean isEvent) {
        if (!message.has(IFINFOMSG) || message.u8(0) != 0) { // of a bridge's port, which is told of by itself, too
            return null;
        }
        int index = message.i32(4);
        byte[] name = message.attribute(IFINFOMSG, IFLA_IFNAME);
        String shown = name == null ? "if" + index : Escaped.of(text(name));
        String line = index + ": " + shown + ": " + link(message);
        boolean gone = message.type() == RTM_DELLINK;
        if (gone) {
            names.remove(index);
        } else {
            names.put(index, shown);
        }
        return change(links, "link " + index, gone ? null : line, line, isEvent);
    }

    private static String link(Messages message) {
        int flags = message.i32(8);
        StringJoiner list = new StringJoiner(",", "<", ">");
        if ((flags & IFF_UP) != 0 && (flags & IFF_RUNNING) == 0) {
            list.add("NO-CARRIER");
        }
        int rest = addNames(list, LINK_FLAGS, flags & ~IFF_RUNNING);
        if (rest != 0) {
            list.add(Integer.toHexString(rest));
        }
        byte[] state = message.attribute(IFINFOMSG, IFLA_OPERSTATE);
        int operstate = state == null || state.length == 0 ? 0 : Byte.toUnsignedInt(state[0]);
        byte[] hardware = message.attribute(IFINFOMSG, IFLA_ADDRESS);
        int kind = message.u16(2);
        return list + " mtu " + Integer.toUnsignedString(message.number(IFINFOMSG, IFLA_MTU, 0)) + " state "
                + (operstate < STATES.length ? STATES[operstate] : operstate)
                + " link/" + KINDS.getOrDefault(kind, "[" + kind + "]")
                + (hardware == null ? "" : " " + HexFormat.ofDelimiter(":").formatHex(hardware));
    }

    private String takeAddress(Messages message, boolean isEvent) {
        if (!message.has(IFADDRMSG) || message.u8(0) != AF_INET && message.u8(0) != AF_INET6) {
            return null;
        }
        int family = message.u8(0);
        byte[] address = message.attribute(IFADDRMSG, IFA_ADDRESS);
        byte[] local = message.attribute(IFADDRMSG, IFA_LOCAL);
        if (local == null) {
            local = address;
        }
        int bytes = family == AF_INET ? 4 : 16;
        if (address == null || address.length != bytes || local.length != bytes) {
            return null;
        }
        int index = message.i32(4);
        byte[] label = message.attribute(IFADDRMSG, IFA_LABEL);
        byte[] broadcast = message.attribute(IFADDRMSG, IFA_BROADCAST);
        int flags = message.number(IFADDRMSG, IFA_FLAGS, message.u8(2));
        String shown = Inet.text(local)
                + (Arrays.equals(local, address) ? "" : " peer " + Inet.text(address)) + "/" + message.u8(1);
        StringJoiner line = new StringJoiner(" ");
        line.add(index + ": " + names.getOrDefault(index, "if" + index) + "    " + (bytes == 4 ? "inet" : "inet6"));
        line.add(shown);
        if (broadcast != null && broadcast.length == bytes) {
            line.add("brd").add(Inet.text(broadcast));
        }
        int scope = message.u8(3);
        line.add("scope").add(SCOPES.getOrDefault(scope, Integer.toString(scope)));
        if ((flags & IFA_F_SECONDARY) != 0) {
            line.add(bytes == 4 ? "secondary" : "temporary");
        }
        addNames(line, ADDRESS_FLAGS, flags);
        if ((flags & IFA_F_PERMANENT) == 0) {
            line.add("dynamic");
        }
        addNames(line, LATER_FLAGS, flags);
        if (label != null) {
            line.add(Escaped.of(text(label)));
        }
        boolean gone = message.type() == RTM_DELADDR;
        return change(addresses, "address " + index + " " + shown, gone ? null : line.toString(), line.toString(),
                isEvent);
    }

    private static int addNames(StringJoiner list, Map<Integer, String> names, int flags) {
        int rest = flags;
        for (Map.Entry<Integer, String> each : names.entrySet()) {
            if ((rest & each.getKey()) != 0) {
                list.add(each.getValue());
                rest &= ~each.getKey();
            }
        }
        return rest;
    }

    private static String text(byte[] value) {
        int end = 0;
        while (end < value.length && value[end] != 0) {
            end++;
        }
        return new String(value, 0, end, StandardCharsets.UTF_8);
    }

    private String change(Map<String, String> known, String key, String now, String line, boolean isEvent) {
        String before;
        if (now == null) {
            told.remove(key);
            before = known.remove(key);
            return before == null && !isEvent ? null : "Deleted " + line;
        }
        told.add(key);
        before = known.put(key, now);
        return isEvent || !now.equals(before) ? line : null;
    }

    /** Everything is being asked for. */
    void begin() {
        told.clear();
    }

    /** Everything was told: what is known, and was not told, went without a word. */
    void end(Consumer<String> print) {
        for (Map<String, String> known : List.of(addresses, links)) {
            known.entrySet().removeIf(entry -> {
                boolean gone = !told.contains(entry.getKey());
                if (gone) {
                    print.accept("Deleted " + entry.getValue());
                }
                return gone;
            });
        }
    }

    @Override
    public String toString() {
        return "links: " + links.size() + ", addresses: " + addresses.size();
    }
}
