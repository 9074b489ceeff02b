package dev.pollux.bench.echo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
        Map<String, Load> loads = new HashMap<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            String name = words[1];
            switch (words[0]) {
                case "open" -> { // NAME PORT PID IDLE ACTIVE
                    loads.put(name, new Load(Integer.parseInt(words[2]), Long.parseLong(words[3]),
                            Integer.parseInt(words[4]), Integer.parseInt(words[5])));
                    System.out.println("opened");
                }
                case "run" -> { // NAME SIZE IN-FLIGHT CONNECTIONS MILLIS COUNT
                    Load.Result r = loads.get(name).run(Integer.parseInt(words[2]), Integer.parseInt(words[3]),
                            Integer.parseInt(words[4]), Long.parseLong(words[5]), Long.parseLong(words[6]));
                    System.out.println("ran " + r.requests() + " " + r.nanos() + " " + r.p50() + " " + r.p99() + " "
                            + r.p999() + " " + r.serverCpu() + " " + r.loadCpu());
                }
                case "close" -> { // NAME
                    loads.remove(name).close();
                    System.out.println("closed");
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
    }
}
