/** A chat server on the loop of {@link dev.pollux.examples.loop}, with idle timeouts and rate limits. */
package dev.pollux.examples.chat;
