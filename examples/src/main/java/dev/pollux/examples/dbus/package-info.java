/** Calls with descriptors in them over D-Bus, both ways. */
package dev.pollux.examples.dbus;
