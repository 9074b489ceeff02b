package dev.pollux.examples.workers;

/** A request that is refused, and with it all that the connection might still bring. */
final class HttpException extends Exception {
    private static final long serialVersionUID = 1;

    final int status;

    HttpException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }
}
