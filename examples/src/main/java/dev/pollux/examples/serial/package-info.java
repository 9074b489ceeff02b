/** A serial line: its settings, and frames that end with a silence, as those of Modbus do. */
package dev.pollux.examples.serial;
