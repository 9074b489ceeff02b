package dev.pollux.internal;

import org.jspecify.annotations.Nullable;

/** The machine that this JVM runs on: the one place that asks for it. */
public enum Architecture {
    X86_64,
    AARCH64,
    RISCV64;

    /** The architecture of this JVM. */
    public static final Architecture CURRENT =
            of(System.getProperty("os.name"), System.getProperty("os.arch"));

    /** What is supported; a class of its own, to be asked where the other one is an error. */
    public static final class Known {
        private Known() { }

        /** The name of the architecture in this enumeration, or null for a platform that is not supported. */
        public static @Nullable String name(String osName, String osArch) {
            return !osName.equals("Linux") ? null : switch (osArch) {
                case "amd64", "x86_64" -> "X86_64";
                case "aarch64", "arm64" -> "AARCH64";
                case "riscv64" -> "RISCV64";
                default -> null;
            };
        }
    }

    /**
     * Names the architecture, or refuses the platform. An {@code Error}, because static initializers call this and
     * would hide the message of an exception.
     */
    static Architecture of(String osName, String osArch) {
        String known = Known.name(osName, osArch);
        if (known != null) {
            return valueOf(known);
        }
        throw new UnsatisfiedLinkError(osName.equals("Linux")
                ? "Pollux is for Linux on x86_64, aarch64 and riscv64, not on " + osArch
                : "Pollux is for Linux, and this is " + osName + " on " + osArch
                        + ": use java.nio.channels.Selector here" + (osName.startsWith("Windows") ? ", or run Java in WSL 2" : ""));
    }
}
