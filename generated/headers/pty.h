// pty(7), termios(3): as far as a terminal or a serial line has to be opened and waited for
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>
#include <termios.h>
#include <sys/ioctl.h>
