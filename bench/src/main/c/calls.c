// Each function call_X does one row's work n times and returns the sum of what it read, or -errno.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// glibc has it from 2.35
extern int epoll_pwait2(int, struct epoll_event *, int, const struct timespec *, const sigset_t *)
    __attribute__((weak));

enum { EVENTS = 1024, WORDS = 2048 };

// The loop around the work, which returns what it read or -errno.
#define CALL(name) \
    static inline int64_t once_##name(const int64_t *a, int64_t i); \
    int64_t call_##name(int64_t n, const int64_t *a) { \
        int64_t sum = 0; \
        for (int64_t i = 0; i < n; i++) { \
            int64_t read = once_##name(a, i); \
            if (read < 0) { \
                return read; \
            } \
            sum += read; \
        } \
        return sum; \
    } \
    static inline int64_t once_##name(const int64_t *a, __attribute__((unused)) int64_t i)

static inline int64_t sum_of(const struct epoll_event *events, int count) {
    if (count < 0) {
        return -errno;
    }
    int64_t sum = count;
    for (int i = 0; i < count; i++) {
        sum += (int64_t) events[i].data.u64 + events[i].events;
    }
    return sum;
}

// a: the epoll, how many events there may be (at most EVENTS)
static inline int64_t epoll(const int64_t *a, int timeout) {
    struct epoll_event events[EVENTS];
    return sum_of(events, epoll_wait((int) a[0], events, (int) a[1], timeout));
}

CALL(epoll_poll) {
    return epoll(a, 0);
}

CALL(epoll_await) {
    return epoll(a, -1);
}

CALL(epoll_second) {
    return epoll(a, 1000);
}

CALL(epoll_pwait2_second) {
    struct epoll_event events[EVENTS];
    struct timespec second = {1, 1};
    return epoll_pwait2 ? sum_of(events, epoll_pwait2((int) a[0], events, (int) a[1], &second, NULL)) : -ENOSYS;
}

CALL(clock) {
    (void) a;
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC, &now) == 0 ? (now.tv_sec | now.tv_nsec) != 0 : -errno;
}

// a: the epoll, the descriptor
CALL(epoll_modify) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t) a[1]};
    return epoll_ctl((int) a[0], EPOLL_CTL_MOD, (int) a[1], &event) == 0 ? 1 : -errno;
}

CALL(epoll_add_remove) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t) a[1]};
    return epoll_ctl((int) a[0], EPOLL_CTL_ADD, (int) a[1], &event) == 0
        && epoll_ctl((int) a[0], EPOLL_CTL_DEL, (int) a[1], NULL) == 0 ? 1 : -errno;
}

// a: the descriptor
CALL(get_flags) {
    int flags = fcntl((int) a[0], F_GETFL);
    return flags >= 0 ? flags : -errno;
}

// a: where to read, where to write
CALL(write_read) {
    unsigned char out = (unsigned char) i;
    unsigned char in;
    return write((int) a[1], &out, 1) == 1 && read((int) a[0], &in, 1) == 1 ? in : -errno;
}

// a: where there is nothing to read
CALL(would_block) {
    unsigned char in;
    return read((int) a[0], &in, 1) < 0 && errno == EAGAIN ? 1 : -EIO;
}

// a: the array, its length
CALL(poll) {
    struct pollfd *fds = (struct pollfd *) a[0];
    nfds_t length = (nfds_t) a[1];
    int count = poll(fds, length, 0);
    if (count < 0) {
        return -errno;
    }
    int64_t sum = count;
    for (nfds_t k = 0; count > 0 && k < length; k++) {
        if (fds[k].revents != 0) {
            sum += fds[k].revents + fds[k].fd;
            count--;
        }
    }
    return sum;
}

// a: the set to watch, its size in bytes, nfds
CALL(select) {
    unsigned long set[WORDS];
    size_t bytes = (size_t) a[1];
    if (bytes > sizeof set) {
        return -EINVAL;
    }
    memcpy(set, (const void *) a[0], bytes);
    struct timeval now = {0, 0};
    int count = select((int) a[2], (fd_set *) set, NULL, NULL, &now);
    if (count < 0) {
        return -errno;
    }
    int64_t sum = count;
    for (size_t word = 0; count > 0 && word < bytes / sizeof(long); word++) {
        for (unsigned long bits = set[word]; bits != 0; bits &= bits - 1) {
            sum += (int64_t) (word * 8 * sizeof(long)) + __builtin_ctzl(bits);
            count--;
        }
    }
    return sum;
}

// All of it once, as a program does that uses its messages again.
enum { MESSAGES = 64, LENGTH = 65536 };
static char data[LENGTH];
static char received[MESSAGES][64];
static struct iovec vectors[MESSAGES];
static struct mmsghdr messages[MESSAGES];

// Sends one buffer as datagrams of some bytes each.
static inline int64_t send_segments(int fd, int64_t bytes, int64_t segment) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(uint16_t))];
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT}};
    *(uint16_t *) CMSG_DATA(&control.header) = (uint16_t) segment;
    struct iovec vector = {data, (size_t) bytes};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control,
        .msg_controllen = sizeof control.space};
    return sendmsg(fd, &message, 0);
}

// a: where to receive, where to send, how many (at most MESSAGES) datagrams of how many bytes
CALL(recvmmsg) {
    int64_t sent = send_segments((int) a[1], a[2] * a[3], a[3]);
    if (sent != a[2] * a[3]) {
        return -errno;
    }
    if (messages[0].msg_hdr.msg_iovlen == 0) {
        for (int k = 0; k < MESSAGES; k++) {
            vectors[k] = (struct iovec) {received[k], sizeof received[k]};
            messages[k].msg_hdr.msg_iov = &vectors[k];
            messages[k].msg_hdr.msg_iovlen = 1;
        }
    }
    int count = recvmmsg((int) a[0], messages, (unsigned) a[2], 0, NULL);
    int64_t sum = 0;
    for (int k = 0; k < count; k++) {
        sum += messages[k].msg_len;
    }
    return count < 0 ? -errno : sum;
}

// a: where to send, how many bytes, in datagrams of how many
CALL(send_segments) {
    int64_t sent = send_segments((int) a[0], a[1], a[2]);
    return sent < 0 ? -errno : sent;
}

// a: where to receive, where to send, what
CALL(rights) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    *(int *) CMSG_DATA(&control.header) = (int) a[2];
    struct iovec vector = {data, 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control,
        .msg_controllen = sizeof control.space};
    if (sendmsg((int) a[1], &message, 0) != 1) {
        return -errno;
    }
    message.msg_controllen = sizeof control.space;
    if (recvmsg((int) a[0], &message, MSG_CMSG_CLOEXEC) != 1) {
        return -errno;
    }
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header == NULL || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int))) {
        return -EBADMSG;
    }
    return close(*(int *) CMSG_DATA(header)) == 0 ? 1 : -errno;
}
