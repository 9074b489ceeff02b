// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/inotify.h}. */
public final class inotify_h {
    private inotify_h() { }

    public static int NAME_MAX() {
        return 255;
    }

    public static int IN_ACCESS() {
        return 1;
    }

    public static int IN_MODIFY() {
        return 2;
    }

    public static int IN_ATTRIB() {
        return 4;
    }

    public static int IN_CLOSE_WRITE() {
        return 8;
    }

    public static int IN_CLOSE_NOWRITE() {
        return 16;
    }

    public static int IN_OPEN() {
        return 32;
    }

    public static int IN_MOVED_FROM() {
        return 64;
    }

    public static int IN_MOVED_TO() {
        return 128;
    }

    public static int IN_CREATE() {
        return 256;
    }

    public static int IN_DELETE() {
        return 512;
    }

    public static int IN_DELETE_SELF() {
        return 1024;
    }

    public static int IN_MOVE_SELF() {
        return 2048;
    }

    public static int IN_UNMOUNT() {
        return 8192;
    }

    public static int IN_Q_OVERFLOW() {
        return 16384;
    }

    public static int IN_IGNORED() {
        return 32768;
    }

    public static int IN_ONLYDIR() {
        return 16777216;
    }

    public static int IN_DONT_FOLLOW() {
        return 33554432;
    }

    public static int IN_EXCL_UNLINK() {
        return 67108864;
    }

    public static int IN_MASK_CREATE() {
        return 268435456;
    }

    public static int IN_MASK_ADD() {
        return 536870912;
    }

    public static int IN_ISDIR() {
        return 1073741824;
    }

    public static int IN_CLOEXEC() {
        return 524288;
    }

    public static int IN_NONBLOCK() {
        return 2048;
    }

    public static int IN_CLOSE() {
        return 24;
    }

    public static int IN_MOVE() {
        return 192;
    }

    public static int IN_ONESHOT() {
        return -2147483648;
    }

    public static int IN_ALL_EVENTS() {
        return 4095;
    }
}
