package dev.pollux.examples.kv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.pollux.examples.kv.Resp.Reply;
import dev.pollux.examples.kv.Resp.Request;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the store's commands leave to the collector. */
@Timeout(180)
class KvGarbageTest {
    @Test
    void commandsOnStringsMakeNoGarbage() throws Exception {
        ByteArrayOutputStream requests = new ByteArrayOutputStream();
        int n = 0;
        for (int i = 0; i < 50; i++) {
            for (String line : new String[] {"SET k" + i + " value", "GET k" + i, "SET k" + i + " longervalue" + i,
                "INCR n" + i, "DEL k" + i, "GET k" + i, "EXPIRE n" + i + " 1000"}) {
                requests.write(RespClient.request(line.split(" ")));
                n++;
            }
        }
        byte[] bytes = requests.toByteArray();
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        Commands commands = new Commands(new Store(1 << 20), 1 << 20);
        long[] errors = {0};
        Reply reply = new Reply(Arena.ofAuto().allocate(1 << 16), (answers, size) -> {
            for (long i = 0; i < size; i++) {
                errors[0] += answers.get(Resp.BYTE, i) == '-' ? 1 : 0;
            }
        });
        Request request = new Request(1 << 20);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 2000; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            commands.tick(1_000_000);
            long at = 0;
            int executed = 0;
            while (at < bytes.length && request.parse(memory, at, bytes.length)) {
                commands.execute(request, reply, null);
                at = request.end;
                executed++;
            }
            reply.flush();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            assertEquals(n, executed);
        }
        assertEquals(50 * 2000, errors[0], "GET of a deleted key is $-1, and there is no error");
        assertTrue(least == 0, least + " bytes for " + n + " requests");
    }
}
