package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.generated.epoll_h;
import dev.pollux.generated.errno_h;
import dev.pollux.generated.eventfd_h;
import dev.pollux.generated.fcntl_h;
import dev.pollux.generated.inotify_h;
import dev.pollux.generated.pidfd_h;
import dev.pollux.generated.poll_h;
import dev.pollux.generated.pty_h;
import dev.pollux.generated.select_h;
import dev.pollux.generated.signal_h;
import dev.pollux.generated.signalfd_h;
import dev.pollux.generated.socket_h;
import dev.pollux.generated.timerfd_h;
import dev.pollux.generated.unistd_h;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LibcTest {
    private static final List<Class<?>> HEADERS = List.of(epoll_h.class, poll_h.class, select_h.class, fcntl_h.class,
            eventfd_h.class, signal_h.class, socket_h.class, unistd_h.class, errno_h.class, inotify_h.class,
            pty_h.class, timerfd_h.class, signalfd_h.class, pidfd_h.class);

    static Stream<Class<?>> holders() {
        return Arrays.stream(Libc.class.getDeclaredClasses());
    }

    @ParameterizedTest
    @MethodSource("holders")
    void everyHandleHasTheNameAndTheSignatureThatJextractFound(Class<?> holder) throws Exception {
        Field field = holder.getDeclaredField("HANDLE");
        field.setAccessible(true);
        MethodHandle handle = (MethodHandle) field.get(null);
        MethodType linked = handle.type();
        if (!holder.getSimpleName().endsWith("_plain")) {
            // the first argument is where errno is captured
            assertEquals(MemorySegment.class, linked.parameterType(0));
            linked = linked.dropParameterTypes(0, 1);
        }
        String function = name(holder);
        assertEquals(generated(function, linked).toMethodType(), linked, function);
    }

    @Test
    void everyHolderHasAMethodOfItsName() {
        List<String> methods = Arrays.stream(Libc.class.getDeclaredMethods()).map(Method::getName).toList();
        assertTrue(holders().count() > 30);
        holders().forEach(h -> assertTrue(methods.contains(name(h)), h.getName()));
    }

    /** The function of a holder; a function that is linked in several ways has a holder for each. */
    private static String name(Class<?> holder) {
        return holder.getSimpleName().replaceFirst("_(plain|pointer)$", "");
    }

    private static MemoryLayout layout(Class<?> type) {
        return type == int.class ? ValueLayout.JAVA_INT
                : type == long.class ? ValueLayout.JAVA_LONG : ValueLayout.ADDRESS;
    }

    private static FunctionDescriptor generated(String function, MethodType linked) throws Exception {
        for (Class<?> header : HEADERS) {
            for (Method method : header.getMethods()) {
                if (method.getName().equals(function + "$descriptor")) {
                    return (FunctionDescriptor) method.invoke(null);
                }
            }
            for (Class<?> variadic : header.getClasses()) {
                if (variadic.getSimpleName().equals(function)) {
                    // what follows the named arguments is what the handle says
                    int named = function.equals("syscall") ? 1 : 2;
                    MemoryLayout[] layouts = linked.parameterList().stream().skip(named).map(LibcTest::layout)
                            .toArray(MemoryLayout[]::new);
                    Object invoker = variadic.getMethod("makeInvoker", MemoryLayout[].class)
                            .invoke(null, (Object) layouts);
                    return (FunctionDescriptor) variadic.getMethod("descriptor").invoke(invoker);
                }
            }
        }
        throw new AssertionError("jextract was not asked for " + function);
    }
}
