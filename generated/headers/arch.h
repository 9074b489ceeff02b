// What differs between the architectures: epoll_event (packed on x86_64 only), some of the O_ flags, where fcntl.h has
// F_SETLK and others, and system calls' numbers
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <fcntl.h>
#include <sys/syscall.h>
