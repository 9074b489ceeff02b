/** A terminal without its own editing: keys one by one, a line edited by the program, and a window that changes. */
package dev.pollux.examples.terminal;
