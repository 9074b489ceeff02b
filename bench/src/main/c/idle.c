/*
 * What the part "idle" compares with: n waits that do not block, in one call, each event looked at. They return how many
 * events there were, or -errno.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>

#define MAX_EVENTS 256

volatile uint64_t idle_sink;

long idle_epoll(int epfd, long n) {
    struct epoll_event events[MAX_EVENTS];
    uint64_t data = 0;
    long found = 0;
    for (long i = 0; i < n; i++) {
        int ready = epoll_wait(epfd, events, MAX_EVENTS, 0);
        if (ready < 0) {
            return -errno;
        }
        for (int k = 0; k < ready; k++) {
            found += (events[k].events & EPOLLIN) != 0;
            data ^= events[k].data.u64;
        }
    }
    idle_sink = data;
    return found;
}

long idle_poll(struct pollfd *fds, long count, long n) {
    uint64_t data = 0;
    long found = 0;
    for (long i = 0; i < n; i++) {
        int left = poll(fds, count, 0);
        if (left < 0) {
            return -errno;
        }
        for (long k = 0; left > 0; k++) {
            if (fds[k].revents != 0) {
                found += (fds[k].revents & POLLIN) != 0;
                data ^= fds[k].fd;
                left--;
            }
        }
    }
    idle_sink = data;
    return found;
}

/* sets of any size: the kernel looks at as many bits as it is told */
long idle_select(const uint64_t *watched, uint64_t *ready, long words, int nfds, long n) {
    uint64_t data = 0;
    long found = 0;
    for (long i = 0; i < n; i++) {
        struct timeval timeout = {0, 0};
        memcpy(ready, watched, words * sizeof *watched);
        int left = select(nfds, (fd_set *) ready, NULL, NULL, &timeout);
        if (left < 0) {
            return -errno;
        }
        for (long word = 0; left > 0; word++) {
            for (uint64_t bits = ready[word]; bits != 0; bits &= bits - 1) {
                data ^= word * 64 + __builtin_ctzl(bits);
                found++;
                left--;
            }
        }
    }
    idle_sink = data;
    return found;
}
