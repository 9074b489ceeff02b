/**
 * The echo server: it sends every client back what the client sends, waiting with {@code select}, {@code poll},
 * {@code epoll} (level-triggered or edge-triggered) or on virtual threads. Read {@link
 * dev.pollux.examples.echo.EchoLoop} with {@link dev.pollux.examples.echo.Connection} first, then compare the four loops
 * side by side.
 */
package dev.pollux.examples.echo;
