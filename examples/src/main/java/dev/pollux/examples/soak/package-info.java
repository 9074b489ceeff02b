/**
 * Abuses the echo servers with many connections that reset, half-close, trickle, never read, or are killed, compares
 * every byte that comes back, and checks that a server has the memory and the descriptors afterwards that it had before.
 */
package dev.pollux.examples.soak;
