/**
 * A key-value store on the epoll skeleton, for the clients of Redis. Read {@link dev.pollux.examples.kv.KvServer}, the
 * loop, with {@link dev.pollux.examples.kv.Connection} first; then {@link dev.pollux.examples.kv.Resp}, the protocol,
 * {@link dev.pollux.examples.kv.Commands}, the table of commands, with the three classes of what they do, {@link
 * dev.pollux.examples.kv.Store} and {@link dev.pollux.examples.kv.Expiry}, where the keys are and when they go, and
 * {@link dev.pollux.examples.kv.Log}, how they outlive the process.
 */
package dev.pollux.examples.kv;
