// ioctl(2), ioctl_tty(2), tun: with the kernel's own struct termios2, whose header and <termios.h> exclude each other
#define _GNU_SOURCE
#include <sys/ioctl.h>
#include <asm/ioctls.h>
#include <net/if.h>
#include <asm/termbits.h>
#include <linux/if_tun.h>
#include <linux/serial.h>
