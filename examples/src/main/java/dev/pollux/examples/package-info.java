/** The command {@code examples/run}: it finds an example by its name. Each example has a package of its own. */
package dev.pollux.examples;
