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
    private static final Gson GSON = new Gson();

    private LoadGenerator() { }

    /** Takes no arguments. */
    public static void main(String[] args) throws IOException {
        Map<String, Load> loads = new HashMap<>();
        Map<String, KvLoad> kv = new HashMap<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            String name = words[1];
            long[] n = Arrays.stream(words).skip(2).mapToLong(Long::parseLong).toArray();
            switch (words[0]) {
                case "open" -> { // NAME PORT PID IDLE ACTIVE
                    loads.put(name, new Load((int) n[0], n[1], (int) n[2], (int) n[3]));
                    System.out.println("opened");
                }
                case "run" -> // NAME SIZE IN-FLIGHT CONNECTIONS MILLIS COUNT
                    System.out.println(GSON.toJson(loads.get(name).run((int) n[0], (int) n[1], (int) n[2], n[3], n[4])));
                case "close" -> { // NAME
                    loads.remove(name).close();
                    System.out.println("closed");
                }
                case "kv-open" -> { // NAME PORT PID IDLE ACTIVE
                    kv.put(name, new KvLoad((int) n[0], n[1], (int) n[2], (int) n[3]));
                    System.out.println("opened");
                }
                case "kv-fill" -> { // NAME KEYS
                    kv.get(name).fill(n[0]);
                    System.out.println("filled");
                }
                case "kv-run" -> // NAME KIND DEPTH RATE MILLIS
                    System.out.println(GSON.toJson(
                            kv.get(name).run(KvLoad.Kind.values()[(int) n[0]], (int) n[1], n[2], n[3])));
                case "kv-close" -> { // NAME
                    kv.remove(name).close();
                    System.out.println("closed");
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
    }
}
