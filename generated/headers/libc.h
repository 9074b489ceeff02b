// What differs between the C libraries, glibc and musl
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/socket.h>
