// Two threads wake each other: each waits for its own eventfd on its own epoll, and writes to the other's.

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct side {
    int epoll;
    int own;
    int other;
    volatile int stop;
    int error;
};

static int64_t nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int wake(int fd) {
    uint64_t one = 1;
    return write(fd, &one, sizeof one) == sizeof one ? 0 : -errno;
}

static int wait_for_wake(struct side *side) {
    struct epoll_event events[16];
    uint64_t value;
    if (epoll_wait(side->epoll, events, 16, -1) != 1) {
        return -errno;
    }
    if (events[0].data.fd != side->own || read(side->own, &value, sizeof value) != sizeof value || value != 1) {
        return -EIO;
    }
    return 0;
}

static void *answer(void *argument) {
    struct side *side = argument;
    while (side->error == 0) {
        side->error = wait_for_wake(side);
        if (side->stop) {
            break;
        }
        if (side->error == 0) {
            side->error = wake(side->other);
        }
    }
    return NULL;
}

static int open_side(struct side *side) {
    side->epoll = epoll_create1(EPOLL_CLOEXEC);
    side->own = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = side->own};
    if (side->epoll < 0 || side->own < 0 || epoll_ctl(side->epoll, EPOLL_CTL_ADD, side->own, &event) < 0) {
        return -errno;
    }
    return 0;
}

static void close_side(struct side *side) {
    if (side->epoll >= 0) {
        close(side->epoll);
    }
    if (side->own >= 0) {
        close(side->own);
    }
}

// Fills trips with the nanoseconds of n ways there and back, or of as many as fit into so much time; returns how many,
// or -errno.
int64_t wakeup(int64_t n, int64_t max_nanos, int64_t *trips) {
    struct side first = {.epoll = -1, .own = -1};
    struct side second = {.epoll = -1, .own = -1};
    int64_t done = 0;
    int error = open_side(&first);
    if (error == 0) {
        error = open_side(&second);
    }
    if (error == 0) {
        first.other = second.own;
        second.other = first.own;
        pthread_t thread;
        error = -pthread_create(&thread, NULL, answer, &second);
        if (error == 0) {
            int64_t begin = nanos();
            int64_t before = begin;
            while (error == 0 && done < n && before - begin < max_nanos) {
                error = wake(first.other);
                if (error == 0) {
                    error = wait_for_wake(&first);
                }
                int64_t after = nanos();
                trips[done++] = after - before;
                before = after;
            }
            second.stop = 1;
            wake(first.other);
            pthread_join(thread, NULL);
            if (error == 0) {
                error = second.error;
            }
        }
    }
    close_side(&first);
    close_side(&second);
    return error < 0 ? error : done;
}
