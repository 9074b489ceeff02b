// pty(7)
#define _GNU_SOURCE
#include <stdlib.h>
