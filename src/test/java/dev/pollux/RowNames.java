package dev.pollux;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/** Begins the message of a failure with the row of the table that failed: Maven's report has only its number. */
final class RowNames implements TestExecutionExceptionHandler {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        String row = row(context);
        if (row.isEmpty() || thrown instanceof TestAbortedException) {
            throw thrown;
        }
        throw new AssertionError(row + ": " + thrown, thrown);
    }

    /** The display names of the invocations: of a test, and of a class that has parameters. */
    private static String row(ExtensionContext context) {
        String outer = context.getParent().map(RowNames::row).orElse("");
        String name = context.getDisplayName();
        return name.startsWith("[") ? (outer + " " + name).strip() : outer;
    }
}
