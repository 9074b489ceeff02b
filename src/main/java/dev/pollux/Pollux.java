package dev.pollux;

import dev.pollux.internal.Architecture;

/**
 * Whether this JVM can use the library, for a program that can also do without it. Any thread may ask.
 *
 * {@snippet class="dev.pollux.Snippets" region="supported"}
 */
public final class Pollux {
    private Pollux() { }

    /**
     * Whether this is Linux, on an architecture that is supported, in a JVM that allows the library native access. It
     * loads nothing native and throws nothing.
     *
     * <p>It knows nothing of the C library or the kernel: where the C library is neither glibc nor musl, or is too old,
     * the first use of any other class throws an {@link UnsatisfiedLinkError} all the same.
     *
     * <p>Native access is what {@code --enable-native-access} gives, or {@code Enable-Native-Access} in the manifest of
     * an executable jar. Without it this is false, also where the JVM would only print a warning at the first use, and
     * allow it.
     *
     * @return whether the other classes can be used, as far as that can be told
     */
    public static boolean isSupported() {
        return Architecture.Known.name(System.getProperty("os.name"), System.getProperty("os.arch")) != null
                && Pollux.class.getModule().isNativeAccessEnabled();
    }
}
