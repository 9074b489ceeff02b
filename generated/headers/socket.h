// socket(2) and its family, ip(7), ipv6(7), tcp(7), unix(7), netlink(7), packet(7), vsock(7), can
#define _GNU_SOURCE
#include <features.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

// Under _GNU_SOURCE (needed for accept4) a GNU compiler is shown sockaddr arguments as a transparent
// union, which jextract would pass by value. glibc asks this macro first, so it answers "no GNU C" here.
#undef __GNUC_PREREQ
#define __GNUC_PREREQ(major, minor) 0
#include <sys/socket.h>

#include <netinet/in.h>
#include <sys/un.h>
// and not <netinet/tcp.h>, which excludes it and knows less: half of tcp_info
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/errqueue.h>
#include <linux/netlink.h>
#include <linux/if_packet.h>
#include <linux/can.h>
#include <linux/vm_sockets.h>

// <sys/socket.h> has it from glibc 2.39 on
#ifndef SCM_PIDFD
#define SCM_PIDFD 0x04
#endif

// <asm/socket.h> has them from Linux 6.5 on
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#define SO_PEERPIDFD 77
#endif
