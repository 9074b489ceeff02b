/** Measures what a thousand silent connections cost the echo server, whichever way it waits. */
package dev.pollux.examples.idle;
