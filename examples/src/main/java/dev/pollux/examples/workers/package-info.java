/**
 * An HTTP/1.1 server on the loop of {@link dev.pollux.examples.loop}, in two shapes: one loop with a pool of workers
 * behind it, or a loop for each of several threads. Read {@link dev.pollux.examples.workers.HttpConnection} with {@link
 * dev.pollux.examples.workers.Pool} first, then {@link dev.pollux.examples.workers.HttpParser}.
 */
package dev.pollux.examples.workers;
