/** Packets as a network interface sends and receives them, read from a raw socket. */
package dev.pollux.examples.packet;
