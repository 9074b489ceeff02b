package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.Ioctl;
import dev.pollux.Sockopt;
import dev.pollux.generated.epoll_h;
import dev.pollux.generator.LibcWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every size, offset, constant and function of the bindings against what the C compiler says of the same headers.
 * Everything in the lists is asked for, so that nothing can be forgotten here.
 */
@Timeout(120)
public class AbiTest {
    private static final Path GENERATED = Path.of("..", "generated").toAbsolutePath().normalize();
    private static final String PACKAGE = epoll_h.class.getPackageName();

    @TempDir
    Path folder;

    /**
     * What glibc's declarations, and so those that jextract has written down, say otherwise than musl's. Its ioctl
     * takes an int: of the number that is passed it looks at the lower half.
     */
    private static final String MUSL = """
            #define __sigset_t sigset_t
            #define __rlimit_resource_t int
            #define __id_t id_t
            #define __clockid_t clockid_t
            #define __pid_t pid_t
            #define __ssize_t ssize_t
            #define __off64_t off64_t
            #define sigval_t union sigval
            """;
    /** Names that it does not have: a number of the kernel's all the same. */
    private static final Set<String> MUSL_LACKS = Set.of("POLLREMOVE");

    private static final Map<String, String> MUSL_DECLARES = Map.of("ioctl", "int ioctl(int, int, ...)",
            "sendmmsg", "int sendmmsg(int, struct mmsghdr *, unsigned, unsigned)",
            "recvmmsg", "int recvmmsg(int, struct mmsghdr *, unsigned, unsigned, struct timespec *)");

    /** What the kernel has as a long, and musl as an int with padding behind it: the same as long as it is small. */
    private static final Map<String, String> MUSL_PADS = Map.of("struct msghdr.msg_iovlen", "__pad1",
            "struct msghdr.msg_controllen", "__pad2", "struct cmsghdr.cmsg_len", "__pad1");

    /** Of the members that are glibc's own by their names, that which the library reads, as POSIX calls it. */
    private static final Map<String, String> MUSL_CALLS = Map.of("_sifields._sigchld.si_status", "si_status");

    /** The platforms of the bindings, as compilers are called: an architecture and a C library. */
    public static Stream<String> targets() {
        return Stream.of("gnu", "musl")
                .flatMap(libc -> Stream.of("x86_64", "aarch64", "riscv64").map(arch -> arch + "-linux-" + libc));
    }

    private static boolean isMusl(String target) {
        return target.endsWith("-musl");
    }

    private static String architecture(String target) {
        return target.substring(0, target.indexOf('-'));
    }

    /** One line of an include list, or of the list of functions. */
    private record Listed(String header, String kind, String name) { }

    @ParameterizedTest
    @MethodSource("targets")
    void everyListedSizeOffsetConstantAndFunctionIsTheCompilers(String target) throws Exception {
        Map<String, Long> ours = new TreeMap<>();
        StringBuilder program = new StringBuilder("#define _GNU_SOURCE\n#include <stdio.h>\n#include <stddef.h>\n");
        // socket.h last: it redefines a macro that the other headers ask
        List<Listed> all = listed();
        for (String header : all.stream().map(Listed::header).distinct()
                .sorted(Comparator.comparing(name -> name.equals("socket"))).toList()) {
            program.append("#include \"").append(GENERATED.resolve("headers/" + header + ".h")).append("\"\n");
        }
        program.append(isMusl(target) ? MUSL : "");
        StringBuilder linked = new StringBuilder();
        Set<String> absent = LibcWriter.absent(GENERATED.resolve("functions"));
        for (Listed listed : all) {
            if (listed.kind.equals("function")) {
                // declared once more, as jextract has it: an error where the compiler has it otherwise
                program.append(isMusl(target) && MUSL_DECLARES.containsKey(listed.name)
                        ? MUSL_DECLARES.get(listed.name) : prototype(listed)).append(";\n");
                linked.append(absent.contains(listed.name) ? "" : "(void *) " + listed.name + ", ");
            }
        }
        program.append("void *volatile linked[] = {").append(linked).append("};\nint main(void) {\n");
        for (Listed listed : all) {
            if (isMusl(target) && MUSL_LACKS.contains(listed.name)) {
                continue;
            }
            String inPackage = PACKAGE + switch (listed.header) {
                case "arch" -> "." + architecture(target);
                case "libc" -> isMusl(target) ? ".musl" : ".glibc";
                default -> "";
            };
            switch (listed.kind) {
                case "constant" -> {
                    Method constant = Class.forName(inPackage + "." + listed.header + "_h").getMethod(listed.name);
                    ours.put(listed.name, ((Number) constant.invoke(null)).longValue());
                    // as Java has it: EPOLLET, bit 31, is an int
                    print(program, listed.name, (constant.getReturnType() == int.class ? "(int)" : "") + listed.name);
                }
                case "struct", "union", "typedef" -> {
                    if (!listed.name.startsWith("__")) { // libc's own, which are not shipped
                        String kind = listed.kind.equals("typedef") ? "" : listed.kind + " ";
                        type(target, program, ours, kind + listed.name,
                                Class.forName(inPackage + "." + listed.name));
                    }
                }
                default -> assertEquals("function", listed.kind);
            }
        }
        Map<String, Long> theirs = new TreeMap<>();
        for (String line : output(target, folder, program.append("return 0; }\n"))) {
            String[] words = line.split("=");
            theirs.put(words[0], Long.valueOf(words[1]));
        }
        assertTrue(theirs.size() > 300, () -> "only " + theirs.size() + " values compared");
        assertEquals(theirs, ours);
    }

    /** The types of the arguments, as ioctl_tty(2), netdevice(7) and the kernel's tun document have them. */
    private static final String ARGUMENTS = """
            none TIOCEXCL TIOCNXCL TIOCNOTTY TIOCSBRK TIOCCBRK
            value,int TCSBRK TCSBRKP TCXONC TCFLSH TIOCSCTTY TIOCMIWAIT TUNSETPERSIST TUNSETOWNER TUNSETGROUP
            pointer,struct+termios2 TCGETS2 TCSETS2 TCSETSW2 TCSETSF2
            pointer,struct+winsize TIOCGWINSZ TIOCSWINSZ
            pointer,int TIOCGEXCL TIOCOUTQ FIONREAD TIOCMGET TIOCMBIS TIOCMBIC TIOCMSET TIOCPKT TIOCGETD TIOCSETD
            pointer,pid_t TIOCGPGRP TIOCSPGRP TIOCGSID
            pointer,unsigned+int TUNGETFEATURES
            pointer,struct+serial_icounter_struct TIOCGICOUNT
            pointer,struct+serial_struct TIOCGSERIAL TIOCSSERIAL
            pointer,struct+serial_rs485 TIOCGRS485 TIOCSRS485
            pointer,struct+ifreq SIOCGIFFLAGS SIOCSIFFLAGS SIOCGIFADDR SIOCSIFADDR SIOCGIFNETMASK SIOCSIFNETMASK
            pointer,struct+ifreq SIOCGIFMTU SIOCSIFMTU SIOCGIFINDEX TUNSETIFF TUNGETIFF
            """;

    @ParameterizedTest
    @MethodSource("targets")
    void everyIoctlHasTheCompilersNumberAndTheSizeOfItsArgument(String target) throws Exception {
        Map<String, String> ours = new TreeMap<>();
        for (Field field : Ioctl.class.getFields()) {
            Ioctl.Request request = (Ioctl.Request) field.get(null);
            assertEquals(field.getName(), request.name());
            ours.put(request.name(), Integer.toUnsignedString(request.number()) + " " + switch (request) {
                case Ioctl.None _ -> "none";
                case Ioctl.Value value -> "value " + value.bytes();
                case Ioctl.Pointer pointer -> "pointer " + pointer.bytes();
            });
        }
        StringBuilder program = program("ioctl");
        for (String line : ARGUMENTS.lines().toList()) {
            String[] words = line.split(" ");
            String[] kind = words[0].split(",");
            for (String name : List.of(words).subList(1, words.length)) {
                program.append("printf(\"").append(name).append("=%u ").append(kind[0])
                        .append(kind.length == 1 ? "\\n\", (unsigned)" + name
                                : " %d\\n\", (unsigned)" + name + ", (int)sizeof(" + kind[1].replace('+', ' ') + ")")
                        .append(");\n");
            }
        }
        Map<String, String> theirs = new TreeMap<>();
        for (String line : output(target, folder, program.append("return 0; }\n"))) {
            theirs.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        assertEquals(theirs, ours);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void everySocketOptionHasTheCompilersLevelAndNumber(String target) throws Exception {
        Map<String, String> ours = new TreeMap<>();
        StringBuilder program = program("socket");
        for (Field field : Sockopt.class.getFields()) {
            String name = field.getName();
            if (field.get(null) instanceof Sockopt.Option option) {
                assertEquals(name, option.name());
                ours.put(name, option.level() + " " + option.number());
                String level = name.startsWith("SO_") ? "SOL_SOCKET" : name.startsWith("TCP_") ? "IPPROTO_TCP"
                        : name.startsWith("IPV6_") ? "IPPROTO_IPV6" : name.startsWith("NETLINK_") ? "SOL_NETLINK"
                        : name.startsWith("PACKET_") ? "SOL_PACKET"
                        : name.startsWith("UDP_") ? "IPPROTO_UDP" : "IPPROTO_IP";
                program.append("printf(\"").append(name).append("=%d %d\\n\", ").append(level).append(", ");
            } else {
                ours.put(name, field.get(null).toString());
                program.append("printf(\"").append(name).append("=%d\\n\", ");
            }
            program.append(name).append(");\n");
        }
        Map<String, String> theirs = new TreeMap<>();
        for (String line : output(target, folder, program.append("return 0; }\n"))) {
            theirs.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        assertEquals(theirs, ours);
    }

    /** The beginning of a C program that has one of the headers. */
    public static StringBuilder program(String header) {
        return new StringBuilder("#define _GNU_SOURCE\n#include <stdio.h>\n#include \"")
                .append(GENERATED.resolve("headers/" + header + ".h")).append("\"\nint main(void) {\n");
    }

    /** What a C program prints, compiled for an architecture and run on it, or by its emulator; else skips the test. */
    public static List<String> output(String target, Path folder, CharSequence program) throws Exception {
        String architecture = architecture(target);
        boolean here = Architecture.CURRENT.name().equalsIgnoreCase(architecture);
        String compiler = here && !isMusl(target) ? "gcc" : target + "-gcc";
        List<String> emulator = here ? List.of() : List.of("qemu-" + architecture + "-static");
        for (String tool : Stream.concat(Stream.of(compiler), emulator.stream()).toList()) {
            assumeTrue(onPath(tool), () -> "skipped for " + target + ": " + tool + " is not installed");
        }
        Path source = Files.writeString(folder.resolve("program.c"), program);
        Path binary = folder.resolve("program");
        // the kernel's headers, and none of glibc's beside them
        Path kernel = Files.createDirectories(folder.resolve("kernel"));
        Path asm = Path.of("/usr/include", architecture + "-linux-gnu", "asm");
        List<Path> headers = !here || !isMusl(target) ? List.of() : List.of(Path.of("/usr/include/linux"),
                Path.of("/usr/include/asm-generic"), Files.exists(asm) ? asm : Path.of("/usr/include/asm"));
        for (Path header : headers) {
            Files.createSymbolicLink(kernel.resolve(header.getFileName()), header);
        }
        try {
            run(List.of(compiler, "-static", "-idirafter", kernel.toString(), "-o", binary.toString(),
                    source.toString()));
        } finally {
            for (Path header : headers) {
                Files.delete(kernel.resolve(header.getFileName()));
            }
        }
        return run(Stream.concat(emulator.stream(), Stream.of(binary.toString())).toList());
    }

    private static List<Listed> listed() throws IOException {
        List<Listed> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(GENERATED.resolve("headers"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".includes")).sorted().toList()) {
                String header = file.getFileName().toString().replace(".includes", "");
                if (!header.equals("versions")) {
                    for (String line : Files.readAllLines(file)) {
                        String[] words = line.split(" ");
                        all.add(new Listed(header, words[0].replace("--include-", ""), words[1]));
                    }
                }
            }
        }
        LibcWriter.names(GENERATED.resolve("functions"))
                .forEach((function, header) -> all.add(new Listed(header, "function", function)));
        return all;
    }

    /** The declaration in the comment of jextract's function, from which the generator has the handle's types. */
    private static String prototype(Listed function) throws IOException {
        Path source = GENERATED.resolve("jextract/" + function.header + "_h.java");
        return Files.readAllLines(source).stream().map(String::strip)
                .filter(line -> line.matches("\\* \\w.*\\b" + function.name + "\\(.*\\)"))
                .findFirst().orElseThrow().substring(2);
    }

    private static void type(
            String target, StringBuilder program, Map<String, Long> ours, String c, Class<?> java) throws Exception {
        long size = (long) java.getMethod("sizeof").invoke(null);
        ours.put("sizeof " + c, size);
        print(program, "sizeof " + c, "sizeof(" + c + ")");
        for (Method method : java.getDeclaredMethods()) {
            String field = method.getName().replace("$offset", "").replace("$", ".");
            String name = c + "." + field;
            if (isMusl(target) && field.startsWith("_")) {
                if (!MUSL_CALLS.containsKey(field)) {
                    continue;
                }
                field = MUSL_CALLS.get(field);
            } else if (field.contains(".")) {
                // si_pid is also a macro, of the whole path
                program.append("#undef ").append(field.substring(field.lastIndexOf('.') + 1)).append("\n");
            }
            if (method.getName().endsWith("$offset")) {
                ours.put(name, (Long) method.invoke(null));
                print(program, name, "offsetof(" + c + ", " + field + ")");
            } else if (method.getReturnType() == void.class && method.getParameterCount() == 2) {
                ours.put("bits of " + name, mask(java, method, size));
                String padding = isMusl(target) ? MUSL_PADS.get(name) : null;
                print(program, "bits of " + name, "8 * " + (padding == null ? "sizeof(((" + c + " *) 0)->" + field + ")"
                        : "(offsetof(" + c + ", " + padding + ") + sizeof(int) - offsetof(" + c + ", " + field + "))"));
            }
        }
    }

    /** How many bits a setter changes: those at the field's offset, which its getter reads. */
    private static long mask(Class<?> java, Method setter, long size) throws Exception {
        Class<?> type = setter.getParameterTypes()[1];
        Object ones = type == byte.class ? (Object) (byte) -1 : type == short.class ? (Object) (short) -1
                : type == int.class ? (Object) (-1) : type == long.class ? (Object) (-1L) : MemorySegment.ofAddress(-1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(size, Long.BYTES);
            setter.invoke(null, struct, ones);
            Object read = java.getMethod(setter.getName(), MemorySegment.class).invoke(null, struct);
            assertEquals(ones, read, setter::toString);
            long offset = (long) java.getMethod(setter.getName() + "$offset").invoke(null);
            long changed = 0;
            for (long i = 0; i < size; i++) {
                if (struct.get(ValueLayout.JAVA_BYTE, i) != 0) {
                    assertEquals(offset + changed++, i, setter::toString);
                }
            }
            return Byte.SIZE * changed;
        }
    }

    private static void print(StringBuilder program, String name, String expression) {
        program.append("printf(\"%s=%lld\\n\", \"").append(name).append("\", (long long)(")
                .append(expression).append("));\n");
    }

    private static boolean onPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(p -> Files.isExecutable(Path.of(p, tool)));
    }

    private static List<String> run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> output = process.inputReader().readAllLines();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "hangs: " + command);
        assertEquals(0, process.exitValue(), () -> command + ":\n" + String.join("\n", output));
        return output;
    }
}
