/**
 * What several examples need: a listening socket, its options on the command line, SIGINT and SIGTERM as an event, job
 * control of the terminal, and processes that run an example.
 */
package dev.pollux.examples.shared;
