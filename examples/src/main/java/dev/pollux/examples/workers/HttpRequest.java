package dev.pollux.examples.workers;

/**
 * A request that has come whole.
 *
 * @param path without the query
 * @param keepAlive whether the client expects that the connection stays
 * @param old whether it is one of HTTP/1.0, whose clients have to be told if the connection stays
 */
record HttpRequest(String method, String path, boolean keepAlive, boolean old, byte[] body) { }
