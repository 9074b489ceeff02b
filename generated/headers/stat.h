// statx(2)
#define _GNU_SOURCE
#include <sys/stat.h>
