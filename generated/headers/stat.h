// statx(2): the struct is that of the kernel's header, of which musl's has less, and the types are those of fcntl.h
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/stat.h>
