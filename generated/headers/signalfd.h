// signalfd(2)
#define _GNU_SOURCE
#include <sys/signalfd.h>
