package dev.pollux.examples.workers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What there is to be had: work for the CPU and for the disk.
 *
 * @param directory whose files to serve, or null
 * @param faults whether to serve what goes wrong, too
 */
record Site(Path directory, boolean faults) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");
    private static final String FILES = "/files/";
    private static final long LARGEST_FILE = 1 << 20;

    /** By any thread; an interrupt asks it to give up. */
    HttpResponse answer(HttpRequest request) throws Exception {
        boolean get = request.method().equals("GET") || request.method().equals("HEAD");
        boolean post = request.method().equals("POST");
        if (!get && !post) {
            return HttpResponse.text(405, "GET, HEAD and POST only");
        }
        if (post) {
            return request.path().equals("/hash") ? HttpResponse.text(200, hash(request.body()))
                    : HttpResponse.text(404, "POST /hash");
        }
        if (request.path().startsWith(FILES) && directory != null) {
            return file(request.path().substring(FILES.length()));
        }
        if (faults) {
            switch (request.path()) {
                case "/throw" -> throw new IllegalStateException("asked to");
                case "/hang" -> Thread.sleep(Long.MAX_VALUE);
                case "/deaf" -> ignoreInterrupts();
                default -> { }
            }
        }
        return request.path().equals("/") ? HttpResponse.text(200, "hello") : HttpResponse.text(404, "not here");
    }

    /** For a minute. */
    private static void ignoreInterrupts() {
        for (long end = System.nanoTime() + 60_000_000_000L; System.nanoTime() - end < 0;) {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                // once more
            }
        }
    }

    private static String hash(byte[] body) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    }

    /** A plain name, and no link: nothing outside of the directory. */
    private HttpResponse file(String name) throws IOException {
        Path file = directory.resolve(name);
        if (!NAME.matcher(name).matches() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return HttpResponse.text(404, "no such file");
        }
        if (Files.size(file) > LARGEST_FILE) {
            return HttpResponse.text(501, "files of at most " + LARGEST_FILE + " bytes");
        }
        return new HttpResponse(200, "application/octet-stream", Files.readAllBytes(file));
    }
}
