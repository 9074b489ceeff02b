// read(2), write(2), close(2), pipe2(2), syscall(2)
#define _GNU_SOURCE
#include <unistd.h>
#include <sys/sendfile.h>
