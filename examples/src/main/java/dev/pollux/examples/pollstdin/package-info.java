/**
 * One {@code poll} over standard input and a listening socket. Standard input may be anything, a regular file or
 * {@code /dev/null} included, and stays blocking, because its flags are shared with the shell.
 */
package dev.pollux.examples.pollstdin;
