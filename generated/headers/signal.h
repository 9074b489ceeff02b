// sigsetops(3), signal(7)
#define _GNU_SOURCE
#include <signal.h>
