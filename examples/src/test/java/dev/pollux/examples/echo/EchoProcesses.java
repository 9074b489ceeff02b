package dev.pollux.examples.echo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Ends the servers that a test started, and shows what they wrote to stderr if it failed. */
final class EchoProcesses
        implements AfterEachCallback, TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    private final List<EchoProcess> ofTest = new ArrayList<>();
    private EchoProcess shared;

    /** A server for the running test alone. */
    EchoProcess start(String backend, String... options) throws IOException, InterruptedException {
        return startBy(List.of(), backend, options);
    }

    EchoProcess startBy(List<String> launcher, String backend, String... options)
            throws IOException, InterruptedException {
        EchoProcess server = EchoProcess.startBy(launcher, backend, options);
        ofTest.add(server);
        return server;
    }

    /** A server for several tests, until {@link #closeShared}. */
    EchoProcess startShared(String backend, String... options) throws IOException, InterruptedException {
        shared = EchoProcess.start(backend, options);
        return shared;
    }

    void closeShared() {
        if (shared != null) {
            shared.close();
            shared = null;
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        for (EchoProcess server : ofTest) {
            server.close();
        }
        ofTest.clear();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        throw withStderr(thrown);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        throw withStderr(thrown);
    }

    private Throwable withStderr(Throwable thrown) {
        List<EchoProcess> servers = new ArrayList<>(ofTest);
        if (shared != null) {
            servers.add(shared);
        }
        for (EchoProcess server : servers) {
            String state = server.isAlive() ? "which runs" : "which has ended";
            AssertionError stderr = new AssertionError(
                    "stderr of the server, " + state + " (" + server.readyLine() + "):\n" + server.stderr());
            stderr.setStackTrace(new StackTraceElement[0]);
            if (Arrays.stream(thrown.getSuppressed()).noneMatch(s -> stderr.getMessage().equals(s.getMessage()))) {
                thrown.addSuppressed(stderr);
            }
        }
        return thrown;
    }
}
