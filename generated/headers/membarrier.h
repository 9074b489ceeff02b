// membarrier(2), which libc has no function for
#include <linux/membarrier.h>
