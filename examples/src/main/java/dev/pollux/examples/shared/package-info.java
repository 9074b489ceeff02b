/**
 * What several examples need: a listening socket, its options on the command line, SIGINT and SIGTERM as an event, job
 * control of the terminal, descriptors 0, 1 and 2, text of others to be printed, and processes that run an example.
 */
package dev.pollux.examples.shared;
