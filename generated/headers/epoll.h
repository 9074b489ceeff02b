// epoll(7)
#define _GNU_SOURCE
#include <sys/epoll.h>
