/**
 * One epoll for everything that can be waited for: standard input, a timer, a child process, a directory, a signal and a
 * socket.
 */
package dev.pollux.examples.watch;
