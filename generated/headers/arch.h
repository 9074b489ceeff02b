// What differs between the architectures: epoll_event (packed on x86_64 only) and some of the O_ flags
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <fcntl.h>
