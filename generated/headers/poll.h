// poll(2), ppoll(2): ppoll and POLLRDHUP exist only under _GNU_SOURCE
#define _GNU_SOURCE
#include <poll.h>
