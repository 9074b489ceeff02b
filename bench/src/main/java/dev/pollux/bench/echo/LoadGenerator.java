package dev.pollux.bench.echo;

import com.google.gson.Gson;
import dev.pollux.bench.kv.KvLoad;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The clients of all servers in one process that lives as long as the measurement, so that its code is compiled. It is
 * told what to do on standard input, one line each, answers each by one line, and ends with it.
 */
public final class LoadGenerator {
    private LoadGenerator() { }

    /** Takes no arguments. */
    public static void main(String[] args) throws IOException {
        Map<String, Connections> opened = new HashMap<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            long[] n = Arrays.stream(words).skip(2).mapToLong(Long::parseLong).toArray();
            System.out.println(new Gson().toJson(obey(opened, words[0], words[1], n)));
        }
    }

    /** The result is nothing if the command has none. */
    private static Connections.Result obey(Map<String, Connections> opened, String command, String name, long[] n)
            throws IOException {
        switch (command) {
            case "open" -> // NAME PORT PID IDLE ACTIVE
                opened.put(name, new Load((int) n[0], n[1], (int) n[2], (int) n[3]));
            case "kv-open" -> // likewise
                opened.put(name, new KvLoad((int) n[0], n[1], (int) n[2], (int) n[3]));
            case "run" -> { // NAME SIZE IN-FLIGHT CONNECTIONS MILLIS COUNT
                return ((Load) opened.get(name)).run((int) n[0], (int) n[1], (int) n[2], n[3], n[4]);
            }
            case "kv-fill" -> // NAME KEYS
                ((KvLoad) opened.get(name)).fill(n[0]);
            case "kv-run" -> { // NAME KIND DEPTH RATE MILLIS
                return ((KvLoad) opened.get(name)).run(KvLoad.Kind.values()[(int) n[0]], (int) n[1], n[2], n[3]);
            }
            case "close" -> // NAME
                opened.remove(name).close();
            default -> throw new IllegalArgumentException(command);
        }
        return null;
    }
}
