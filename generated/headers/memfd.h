// memfd_create(2)
#define _GNU_SOURCE
#include <sys/mman.h>
