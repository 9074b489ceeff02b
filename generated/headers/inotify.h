// inotify(7)
#define _GNU_SOURCE
#include <limits.h>
#include <sys/inotify.h>
