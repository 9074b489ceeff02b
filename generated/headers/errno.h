// errno(3), strerror_r(3) in the GNU form (returns char *), getrlimit(2) for what EMFILE has to say
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
