package dev.pollux.internal;

/** The C library that this JVM runs on. */
public enum CLibrary {
    GLIBC("glibc 2.28 or newer"),
    MUSL("musl 1.2 or newer");

    /** Its name, and the versions that have all that is needed. */
    final String versions;

    CLibrary(String versions) {
        this.versions = versions;
    }

    /** The C library of this JVM. A method, because {@link Link}, which finds it out, needs this class for that. */
    public static CLibrary current() {
        return Link.C_LIBRARY;
    }

    /** musl has nothing to be known by, but it has what only these two have. */
    static CLibrary of(boolean hasVersionOfGlibc, boolean hasPosixStrerror) {
        if (hasVersionOfGlibc) {
            return GLIBC;
        }
        if (hasPosixStrerror) {
            return MUSL;
        }
        throw new UnsatisfiedLinkError("Pollux needs " + GLIBC.versions + ", or " + MUSL.versions
                + "; the C library of this JVM is another one, such as Android's");
    }
}
