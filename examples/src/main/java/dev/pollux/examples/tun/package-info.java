/** A network interface made by {@code ioctl}, whose packets the program reads, and answers. */
package dev.pollux.examples.tun;
