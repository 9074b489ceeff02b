/** A server that gives its listener and its live connections to its successor. */
package dev.pollux.examples.handover;
