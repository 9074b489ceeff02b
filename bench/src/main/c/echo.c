/*
 * The echo server in C: epoll, level-triggered. For each request it does what the Java servers do: wait, read, write back
 * at once, keep what does not fit. Its second thread ends the process with standard input, and is what makes glibc and
 * the kernel take the paths that they take in a JVM.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_EVENTS 256
#define BUFFER_SIZE 65536

struct connection {
    int fd;
    uint32_t interest;
    size_t start;
    size_t end;
    char *pending; /* NULL while empty */
};

static char buffer[BUFFER_SIZE];
static int epfd;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void *until_stdin_ends(void *unused) {
    char c;
    while (read(0, &c, 1) > 0) {
    }
    exit(0);
    return unused;
}

static void finish(struct connection *c) {
    epoll_ctl(epfd, EPOLL_CTL_DEL, c->fd, NULL);
    close(c->fd);
    free(c->pending);
    free(c);
}

static int watch(struct connection *c) {
    uint32_t interest = c->pending == NULL ? EPOLLIN | EPOLLRDHUP : EPOLLOUT;
    if (interest == c->interest) {
        return 0;
    }
    c->interest = interest;
    struct epoll_event event = {.events = interest, .data.ptr = c};
    return epoll_ctl(epfd, EPOLL_CTL_MOD, c->fd, &event);
}

/* 0, or -1 if the connection is at its end */
static int serve_write(struct connection *c) {
    ssize_t n = write(c->fd, c->pending + c->start, c->end - c->start);
    if (n < 0) {
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    }
    c->start += n;
    if (c->start == c->end) {
        free(c->pending);
        c->pending = NULL;
    }
    return 0;
}

static int serve_read(struct connection *c) {
    ssize_t n = read(c->fd, buffer, sizeof buffer);
    if (n <= 0) {
        return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
    }
    ssize_t written = write(c->fd, buffer, n);
    if (written < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            return -1;
        }
        written = 0;
    }
    if (written < n) {
        c->pending = malloc(sizeof buffer);
        if (c->pending == NULL) {
            return -1;
        }
        c->start = 0;
        c->end = n - written;
        memcpy(c->pending, buffer + written, c->end);
    }
    return 0;
}

static void accept_all(int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct connection *c = calloc(1, sizeof *c);
        if (c == NULL) {
            fail("calloc");
        }
        c->fd = fd;
        c->interest = EPOLLIN | EPOLLRDHUP;
        struct epoll_event event = {.events = c->interest, .data.ptr = c};
        if (epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event) < 0) {
            fail("epoll_ctl");
        }
    }
    if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) {
        fail("accept4");
    }
}

int main(void) {
    pthread_t second;
    if (pthread_create(&second, NULL, until_stdin_ends, NULL) != 0) {
        fail("pthread_create");
    }
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0
            || bind(listener, (struct sockaddr *) &address, sizeof address) < 0 || listen(listener, SOMAXCONN) < 0
            || getsockname(listener, (struct sockaddr *) &address, &length) < 0) {
        fail("listen");
    }
    epfd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epfd < 0 || epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event) < 0) {
        fail("epoll");
    }
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);

    struct epoll_event events[MAX_EVENTS];
    for (;;) {
        int n = epoll_wait(epfd, events, MAX_EVENTS, -1);
        if (n < 0 && errno != EINTR) {
            fail("epoll_wait");
        }
        int accepting = 0;
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            if (c == NULL) {
                accepting = 1;
                continue;
            }
            if ((c->pending != NULL ? serve_write(c) : serve_read(c)) < 0 || watch(c) < 0) {
                finish(c);
            }
        }
        if (accepting) {
            accept_all(listener);
        }
    }
}
