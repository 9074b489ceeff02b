// pidfd_open(2), waitid(2), ioctl(2), and the kernel's PIDFD_GET_INFO
#define _GNU_SOURCE
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/types.h>

// <linux/pidfd.h> cannot be included beside <fcntl.h>, and had this only from 6.13 on
struct pidfd_info {
    __u64 mask;
    __u64 cgroupid;
    __u32 pid;
    __u32 tgid;
    __u32 ppid;
    __u32 ruid;
    __u32 rgid;
    __u32 euid;
    __u32 egid;
    __u32 suid;
    __u32 sgid;
    __u32 fsuid;
    __u32 fsgid;
    __s32 exit_code;
};
#define PIDFD_INFO_EXIT (1UL << 3)
#define PIDFD_GET_INFO _IOWR(0xFF, 11, struct pidfd_info)
