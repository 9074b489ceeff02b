package dev.pollux.examples.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.examples.shared.ExampleProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL server in a folder of its own, which nobody reaches but by the socket in that folder. */
final class PostgresServer {
    static final String USER = "pollux";
    /** It refuses to run as root, and Debian's package has made this user for it. */
    private static final String UNPRIVILEGED = "postgres";

    final Path folder;
    private final Path programs;
    private final List<String> launcher;
    private ExampleProcess process;

    private PostgresServer(Path folder, Path programs, List<String> launcher) {
        this.folder = folder;
        this.programs = programs;
        this.launcher = launcher;
    }

    /** Starts one, or skips the test with the reason. */
    static PostgresServer start(Path folder) throws Exception {
        Path programs = programs();
        List<String> launcher = new ArrayList<>();
        if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0) {
            try {
                Files.setOwner(folder, folder.getFileSystem().getUserPrincipalLookupService()
                        .lookupPrincipalByName(UNPRIVILEGED));
            } catch (UserPrincipalNotFoundException e) {
                assumeTrue(false, "PostgreSQL does not run as root, and there is no user " + UNPRIVILEGED);
            }
            launcher.addAll(List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--regid=" + UNPRIVILEGED, "--clear-groups"));
        }
        PostgresServer server = new PostgresServer(folder, programs, launcher);
        try (ExampleProcess initdb = new ExampleProcess(server.command("initdb", "-D", folder + "/data", "-U", USER,
                "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"))) {
            assertEquals(0, initdb.exitCode(), () -> "initdb: " + initdb.stdout());
        }
        server.start();
        return server;
    }

    /** The directory with all programs of the server: on the PATH, or where Debian puts it. */
    private static Path programs() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (String folder : System.getenv("PATH").split(":")) {
            folders.add(Path.of(folder));
        }
        if (Files.isDirectory(Path.of("/usr/lib/postgresql"))) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(Path.of("/usr/lib/postgresql"))) {
                versions.forEach(version -> folders.add(version.resolve("bin")));
            }
        }
        List<Path> found = folders.stream().filter(folder -> List.of("initdb", "postgres", "psql").stream()
                .allMatch(name -> Files.isExecutable(folder.resolve(name)))).toList();
        assumeTrue(!found.isEmpty(), "PostgreSQL (initdb, postgres, psql) is neither on the PATH nor in"
                + " /usr/lib/postgresql/*/bin: apt install postgresql");
        return found.getFirst();
    }

    /** Starts it again, after {@link #stop}. */
    void start() throws IOException, InterruptedException {
        process = new ExampleProcess(command("postgres", "-D", folder + "/data", "-k", folder.toString(),
                "-c", "listen_addresses=", "-c", "fsync=off", "-c", "log_connections=on"));
        process.awaitLine("ready to accept connections");
    }

    private ProcessBuilder command(String program, String... arguments) {
        List<String> command = new ArrayList<>(launcher);
        command.add(programs.resolve(program).toString());
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
        prepare(builder.environment());
        return builder;
    }

    /** Nothing is inherited that says where the server is, and all text is UTF-8. */
    static void prepare(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("PG"));
        environment.put("LC_ALL", "C.UTF-8");
    }

    /** INT: it ends all connections and itself; QUIT: at once, as after a crash. */
    void stop(String signal) throws IOException, InterruptedException {
        process.signal(signal);
        assertTrue(process.process.waitFor(ExampleProcess.PATIENCE_SECONDS, TimeUnit.SECONDS), "the server ends");
        process = null;
    }

    String conninfo() {
        return "host=" + folder + " user=" + USER + " dbname=postgres";
    }

    /** How many connections it has let in. */
    long connections() {
        return process.stdout().stream().filter(line -> line.contains("connection authorized")).count();
    }

    /** What psql, a client that is not ours, prints. */
    String psql(String sql) throws IOException, InterruptedException {
        try (ExampleProcess psql = new ExampleProcess(command("psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1",
                "-d", conninfo() + " client_encoding=UTF8"))) {
            try (OutputStream stdin = psql.process.getOutputStream()) {
                stdin.write(sql.getBytes(StandardCharsets.UTF_8));
            }
            assertEquals(0, psql.exitCode(), () -> "psql: " + psql.stdout());
            return String.join("\n", psql.restOfStdout());
        }
    }

    /** Its end, and of all its processes. */
    void close() throws IOException, InterruptedException {
        ExampleProcess last = process;
        if (last != null) {
            try {
                stop("INT");
            } finally {
                last.close();
            }
        }
    }
}
