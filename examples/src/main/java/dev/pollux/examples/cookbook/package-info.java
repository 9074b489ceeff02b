/** Answers to questions that are often asked: a program of at most thirty lines each, to be copied. */
package dev.pollux.examples.cookbook;
