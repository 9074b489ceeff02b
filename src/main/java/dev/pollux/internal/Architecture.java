package dev.pollux.internal;

/** The machine that this JVM runs on: the one place that asks for it. */
public enum Architecture {
    X86_64,
    AARCH64;

    /** The architecture of this JVM. */
    public static final Architecture CURRENT =
            of(System.getProperty("os.name"), System.getProperty("os.arch"));

    /**
     * Names the architecture, or refuses the platform. An {@code Error}, because static initializers call this and
     * would hide the message of an exception.
     */
    static Architecture of(String osName, String osArch) {
        if (osName.equals("Linux")) {
            switch (osArch) {
                case "amd64", "x86_64" -> {
                    return X86_64;
                }
                case "aarch64", "arm64" -> {
                    return AARCH64;
                }
                default -> { }
            }
        }
        throw new UnsatisfiedLinkError(
                "Pollux runs on Linux on x86_64 and aarch64, not on " + osName + " on " + osArch);
    }
}
