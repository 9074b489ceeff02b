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

// An eventfd that is read after each write takes any number of them.
static void wake(int fd) {
    uint64_t one = 1;
    (void) !write(fd, &one, sizeof one);
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
    while ((side->error = wait_for_wake(side)) == 0 && !side->stop) {
        wake(side->other);
    }
    return NULL;
}

static int open_side(struct side *side) {
    side->epoll = epoll_create1(EPOLL_CLOEXEC);
    side->own = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = side->own};
    return epoll_ctl(side->epoll, EPOLL_CTL_ADD, side->own, &event) == 0 ? 0 : -errno;
}

static int64_t play(struct side *first, struct side *second, int64_t n, int64_t max_nanos, int64_t *trips) {
    pthread_t thread;
    int error = -pthread_create(&thread, NULL, answer, second);
    if (error != 0) {
        return error;
    }
    int64_t done = 0;
    int64_t begin = nanos();
    for (int64_t before = begin; first->error == 0 && done < n && before - begin < max_nanos;) {
        wake(first->other);
        first->error = wait_for_wake(first);
        int64_t after = nanos();
        trips[done++] = after - before;
        before = after;
    }
    second->stop = 1;
    wake(first->other);
    pthread_join(thread, NULL);
    return first->error != 0 ? first->error : second->error != 0 ? second->error : done;
}

// Fills trips with the nanoseconds of n ways there and back, or of as many as fit into so much time; returns how many,
// or -errno.
int64_t wakeup(int64_t n, int64_t max_nanos, int64_t *trips) {
    struct side first = {0};
    struct side second = {0};
    int64_t result = open_side(&first);
    int64_t error = open_side(&second); // both, so that both can be closed
    result = result != 0 ? result : error;
    if (result == 0) {
        first.other = second.own;
        second.other = first.own;
        result = play(&first, &second, n, max_nanos, trips);
    }
    int fds[] = {first.epoll, first.own, second.epoll, second.own};
    for (int i = 0; i < 4; i++) {
        close(fds[i]); // EBADF where there is none
    }
    return result;
}
