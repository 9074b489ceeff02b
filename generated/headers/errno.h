// errno(3), strerror_r(3), getrlimit(2) for what EMFILE has to say
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/resource.h>

// POSIX's strerror_r by the name that it has in both C libraries, in no header of either: under its own name it is
// another function in glibc, which returns a pointer
int __xpg_strerror_r(int errnum, char *buf, size_t buflen);
