/**
 * A descriptor that Pollux did not open: the socket of libpq, the client library of PostgreSQL. It is waited for with one
 * epoll on one thread ({@link dev.pollux.examples.postgres.Postgres}), or on virtual threads ({@link
 * dev.pollux.examples.postgres.PostgresVirtual}).
 */
package dev.pollux.examples.postgres;
