// Each function does one row's work n times and returns the sum of what it read, or -errno.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

// glibc has it from 2.35
extern int epoll_pwait2(int, struct epoll_event *, int, const struct timespec *, const sigset_t *)
    __attribute__((weak));

enum { EVENTS = 1024, WORDS = 512 };

static inline int64_t sum_of(const struct epoll_event *events, int count) {
    int64_t sum = count;
    for (int i = 0; i < count; i++) {
        sum += (int64_t) events[i].data.u64 + events[i].events;
    }
    return sum;
}

static inline int64_t epoll(int64_t n, const int64_t *a, int timeout) {
    int epfd = (int) a[0];
    int capacity = (int) a[1];
    struct epoll_event events[EVENTS];
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) {
        int count = epoll_wait(epfd, events, capacity, timeout);
        if (count < 0) {
            return -errno;
        }
        sum += sum_of(events, count);
    }
    return sum;
}

// a: the epoll, how many events there may be (at most EVENTS)
int64_t call_epoll_poll(int64_t n, const int64_t *a) {
    return epoll(n, a, 0);
}

int64_t call_epoll_await(int64_t n, const int64_t *a) {
    return epoll(n, a, -1);
}

int64_t call_epoll_second(int64_t n, const int64_t *a) {
    return epoll(n, a, 1000);
}

int64_t call_epoll_pwait2_second(int64_t n, const int64_t *a) {
    if (!epoll_pwait2) {
        return -ENOSYS;
    }
    struct epoll_event events[EVENTS];
    struct timespec second = {1, 1};
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) {
        int count = epoll_pwait2((int) a[0], events, (int) a[1], &second, NULL);
        if (count < 0) {
            return -errno;
        }
        sum += sum_of(events, count);
    }
    return sum;
}

int64_t call_clock(int64_t n, const int64_t *a) {
    (void) a;
    int64_t read = 0;
    for (int64_t i = 0; i < n; i++) {
        struct timespec now;
        if (clock_gettime(CLOCK_MONOTONIC, &now) < 0) {
            return -errno;
        }
        read += (now.tv_sec | now.tv_nsec) != 0;
    }
    return read;
}

// a: the epoll, the descriptor
int64_t call_epoll_modify(int64_t n, const int64_t *a) {
    for (int64_t i = 0; i < n; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t) a[1]};
        if (epoll_ctl((int) a[0], EPOLL_CTL_MOD, (int) a[1], &event) < 0) {
            return -errno;
        }
    }
    return n;
}

int64_t call_epoll_add_remove(int64_t n, const int64_t *a) {
    for (int64_t i = 0; i < n; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t) a[1]};
        if (epoll_ctl((int) a[0], EPOLL_CTL_ADD, (int) a[1], &event) < 0
                || epoll_ctl((int) a[0], EPOLL_CTL_DEL, (int) a[1], NULL) < 0) {
            return -errno;
        }
    }
    return n;
}

// a: the descriptor
int64_t call_get_flags(int64_t n, const int64_t *a) {
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) {
        int flags = fcntl((int) a[0], F_GETFL);
        if (flags < 0) {
            return -errno;
        }
        sum += flags;
    }
    return sum;
}

// a: where to read, where to write
int64_t call_write_read(int64_t n, const int64_t *a) {
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) {
        unsigned char out = (unsigned char) i;
        unsigned char in;
        if (write((int) a[1], &out, 1) != 1 || read((int) a[0], &in, 1) != 1) {
            return -errno;
        }
        sum += in;
    }
    return sum;
}

// a: where there is nothing to read
int64_t call_would_block(int64_t n, const int64_t *a) {
    int64_t blocked = 0;
    for (int64_t i = 0; i < n; i++) {
        unsigned char in;
        ssize_t result = read((int) a[0], &in, 1);
        if (result < 0 && errno == EAGAIN) {
            blocked++;
        } else {
            return -EIO;
        }
    }
    return blocked;
}

// a: the array, its length
int64_t call_poll(int64_t n, const int64_t *a) {
    struct pollfd *fds = (struct pollfd *) a[0];
    nfds_t length = (nfds_t) a[1];
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) {
        int count = poll(fds, length, 0);
        if (count < 0) {
            return -errno;
        }
        sum += count;
        for (nfds_t k = 0; count > 0 && k < length; k++) {
            if (fds[k].revents != 0) {
                sum += fds[k].revents + fds[k].fd;
                count--;
            }
        }
    }
    return sum;
}

// a: the set to watch, its size in bytes, nfds
int64_t call_select(int64_t n, const int64_t *a) {
    unsigned long set[WORDS];
    size_t bytes = (size_t) a[1];
    int nfds = (int) a[2];
    if (bytes > sizeof set) {
        return -EINVAL;
    }
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) {
        memcpy(set, (const void *) a[0], bytes);
        struct timeval now = {0, 0};
        int count = select(nfds, (fd_set *) set, NULL, NULL, &now);
        if (count < 0) {
            return -errno;
        }
        sum += count;
        for (size_t word = 0; count > 0 && word < bytes / sizeof(long); word++) {
            for (unsigned long bits = set[word]; bits != 0; bits &= bits - 1) {
                sum += (int64_t) (word * 8 * sizeof(long)) + __builtin_ctzl(bits);
                count--;
            }
        }
    }
    return sum;
}
