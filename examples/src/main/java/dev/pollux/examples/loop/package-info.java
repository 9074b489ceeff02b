/**
 * A small event loop, as users of libuv know it: watchers with callbacks for descriptors, timers, signals and child
 * processes, and tasks from other threads. Read {@link dev.pollux.examples.loop.Loop} first, then {@link
 * dev.pollux.examples.loop.TimerHeap}; the command {@code timers} measures that one against a wheel.
 */
package dev.pollux.examples.loop;
