// epoll(7), and the number of the one call that not every libc has
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <sys/syscall.h>
