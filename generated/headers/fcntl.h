// fcntl(2), open(2): F_SETPIPE_SZ, F_OFD_SETLK, O_TMPFILE and others exist only under _GNU_SOURCE
#define _GNU_SOURCE
#include <fcntl.h>
