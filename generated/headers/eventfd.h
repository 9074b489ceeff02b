// eventfd(2)
#define _GNU_SOURCE
#include <sys/eventfd.h>
