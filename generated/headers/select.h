// select(2), pselect(2), and the two structs in which all three families take their timeouts
#define _GNU_SOURCE
#include <sys/select.h>
#include <sys/time.h>
