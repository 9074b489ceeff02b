package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The question whether the library can be used here, asked in JVMs of their own. */
@Timeout(60)
class PolluxTest {
    private static final String ALLOWED = "--enable-native-access=ALL-UNNAMED";

    /** Asks, and uses it if it may. */
    static final class Asked {
        private Asked() { }

        public static void main(String[] args) throws Exception {
            if (Pollux.isSupported()) {
                Epoll.create().close();
                System.out.println("supported");
            } else {
                System.out.println("not supported");
            }
        }
    }

    @Test
    void hereItIsSupportedAndAskingIsNotAUse() throws Exception {
        assertTrue(Pollux.isSupported());
        assertEquals("by epoll", Snippets.waiting());
        String output = Child.run(Child.java(List.of(ALLOWED, "-Xlog:class+load", "-Dos.name=Plan9"), Asked.class));
        assertTrue(output.contains(" dev.pollux.Pollux ") && output.contains("\nnot supported\n"), output);
        assertFalse(output.contains(" dev.pollux.internal.Link ") || output.contains(" java.lang.foreign."), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Dos.name=Mac OS X", "-Dos.name=Windows 11", "-Dos.arch=s390x"})
    void elsewhereItIsNot(String property) throws Exception {
        assertEquals("not supported\n", Child.run(Child.java(List.of(ALLOWED, property), Asked.class)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--illegal-native-access=deny", "--illegal-native-access=warn"})
    void withoutNativeAccessItIsNotAndNothingWarns(String option) throws Exception {
        assertEquals("not supported\n", Child.run(Child.java(List.of(option), Asked.class)));
    }

    @Test
    void withNativeAccessItIs() throws Exception {
        assertEquals("supported\n",
                Child.run(Child.java(List.of(ALLOWED, "--illegal-native-access=deny"), Asked.class)));
    }
}
