/**
 * Socket activation: the echo server on listening sockets that another program, such as systemd, opened and passed to
 * this process.
 */
package dev.pollux.examples.inherit;
