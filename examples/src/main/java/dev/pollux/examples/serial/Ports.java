package dev.pollux.examples.serial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** Which serial lines there are: the kernel shows them as files, sysfs(5). */
final class Ports {
    /** Above the USB interface of a line, which is a device of its own, is the device that has a maker and a number. */
    private static final List<String> USB = List.of("idVendor", "idProduct", "manufacturer", "product", "serial");

    private Ports() { }

    /** A line of text for each, from {@code /sys/class/tty}. */
    static List<String> in(Path classes) throws IOException {
        try (Stream<Path> names = Files.list(classes)) {
            return names.filter(Ports::isThere).sorted().map(Ports::describe).toList();
        }
    }

    /** Consoles and pseudo-terminals have no device; a UART that the kernel has not found is of the type 0. */
    private static boolean isThere(Path port) {
        return Files.exists(port.resolve("device")) && !read(port.resolve("type")).equals("0");
    }

    private static String describe(Path port) {
        StringJoiner text = new StringJoiner(" ").add("/dev/" + port.getFileName());
        try {
            boolean driven = false;
            for (Path at = port.resolve("device").toRealPath(); at != null; at = at.getParent()) {
                if (!driven && Files.exists(at.resolve("driver"))) {
                    Path driver = at.resolve("driver").toRealPath();
                    driven = !driver.toString().contains("/serial-base/"); // what all UARTs have, since Linux 6.5
                    if (driven) {
                        text.add(driver.getFileName().toString());
                    }
                }
                if (Files.exists(at.resolve("idVendor"))) {
                    for (String name : USB) {
                        String value = read(at.resolve(name));
                        text.add(name + "=" + (value.isEmpty() ? "?" : value));
                    }
                    break;
                }
            }
        } catch (IOException e) { // unplugged just now
            text.add("(gone)");
        }
        return text.toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) { // not every device has it
            return "";
        }
    }
}
