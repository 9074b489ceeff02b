/** A child process: what it writes while it runs, how it ends, and what its standard input may be. */
package dev.pollux.examples.child;
