// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/fcntl.h}. */
public final class fcntl_h {
    private fcntl_h() { }

    public static int O_RDONLY() {
        return 0;
    }

    public static int O_WRONLY() {
        return 1;
    }

    public static int O_RDWR() {
        return 2;
    }

    public static int O_CREAT() {
        return 64;
    }

    public static int O_EXCL() {
        return 128;
    }

    public static int O_NOCTTY() {
        return 256;
    }

    public static int O_TRUNC() {
        return 512;
    }

    public static int O_APPEND() {
        return 1024;
    }

    public static int O_NONBLOCK() {
        return 2048;
    }

    public static int O_SYNC() {
        return 1052672;
    }

    public static int O_ASYNC() {
        return 8192;
    }

    public static int F_OFD_GETLK() {
        return 36;
    }

    public static int F_OFD_SETLK() {
        return 37;
    }

    public static int F_OFD_SETLKW() {
        return 38;
    }

    public static int F_DUPFD() {
        return 0;
    }

    public static int F_GETFD() {
        return 1;
    }

    public static int F_SETFD() {
        return 2;
    }

    public static int F_GETFL() {
        return 3;
    }

    public static int F_SETFL() {
        return 4;
    }

    public static int F_SETPIPE_SZ() {
        return 1031;
    }

    public static int F_GETPIPE_SZ() {
        return 1032;
    }

    public static int F_ADD_SEALS() {
        return 1033;
    }

    public static int F_GET_SEALS() {
        return 1034;
    }

    public static int F_DUPFD_CLOEXEC() {
        return 1030;
    }

    public static int FD_CLOEXEC() {
        return 1;
    }

    public static int F_RDLCK() {
        return 0;
    }

    public static int F_WRLCK() {
        return 1;
    }

    public static int F_UNLCK() {
        return 2;
    }

    public static int F_SEAL_SEAL() {
        return 1;
    }

    public static int F_SEAL_SHRINK() {
        return 2;
    }

    public static int F_SEAL_GROW() {
        return 4;
    }

    public static int F_SEAL_WRITE() {
        return 8;
    }

    public static int F_SEAL_FUTURE_WRITE() {
        return 16;
    }

    public static int SPLICE_F_MOVE() {
        return 1;
    }

    public static int SPLICE_F_NONBLOCK() {
        return 2;
    }

    public static int SPLICE_F_MORE() {
        return 4;
    }

    public static int AT_EMPTY_PATH() {
        return 4096;
    }

    public static int SEEK_SET() {
        return 0;
    }

    public static int SEEK_CUR() {
        return 1;
    }

    public static int SEEK_END() {
        return 2;
    }

    public static int F_OWNER_TID() {
        return 0;
    }

    public static int F_OWNER_PID() {
        return 1;
    }

    public static int F_OWNER_PGRP() {
        return 2;
    }

    public static int F_OWNER_GID() {
        return 2;
    }

    public static int O_CLOEXEC() {
        return 524288;
    }

    public static int O_NOATIME() {
        return 262144;
    }

    public static int O_PATH() {
        return 2097152;
    }

    public static int O_DSYNC() {
        return 4096;
    }

    public static int O_RSYNC() {
        return 1052672;
    }

    public static int F_SETSIG() {
        return 10;
    }

    public static int F_GETSIG() {
        return 11;
    }

    public static int F_SETOWN_EX() {
        return 15;
    }

    public static int F_GETOWN_EX() {
        return 16;
    }

    public static int S_IRUSR() {
        return 256;
    }

    public static int S_IWUSR() {
        return 128;
    }

    public static int S_IXUSR() {
        return 64;
    }

    public static int S_IRWXU() {
        return 448;
    }

    public static int S_IRGRP() {
        return 32;
    }

    public static int S_IWGRP() {
        return 16;
    }

    public static int S_IXGRP() {
        return 8;
    }

    public static int S_IRWXG() {
        return 56;
    }

    public static int S_IROTH() {
        return 4;
    }

    public static int S_IWOTH() {
        return 2;
    }

    public static int S_IXOTH() {
        return 1;
    }

    public static int S_IRWXO() {
        return 7;
    }
}
