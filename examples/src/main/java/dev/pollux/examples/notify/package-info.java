/** A service that tells its manager, such as systemd, when it is ready, that it is alive, and that it ends. */
package dev.pollux.examples.notify;
