package dev.pollux.examples.postgres;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Consumer;

/**
 * libpq, the client library of PostgreSQL: the functions that the examples call, under C's names, and nothing else.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq.html">libpq</a>
 */
@SuppressWarnings("restricted") // this calls native code, which --enable-native-access allows to this module
final class Libpq {
    private static final String FILE = "libpq.so.5";

    /** ConnStatusType */
    static final int CONNECTION_BAD = 1;

    /** PostgresPollingStatusType */
    static final int PGRES_POLLING_FAILED = 0;
    static final int PGRES_POLLING_READING = 1;
    static final int PGRES_POLLING_WRITING = 2;
    static final int PGRES_POLLING_OK = 3;

    /** ExecStatusType */
    static final int PGRES_EMPTY_QUERY = 0;
    static final int PGRES_COMMAND_OK = 1;
    static final int PGRES_TUPLES_OK = 2;
    static final int PGRES_BAD_RESPONSE = 5;
    static final int PGRES_FATAL_ERROR = 7;
    static final int PGRES_SINGLE_TUPLE = 9;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = library();

    /** {@code char *}, which ends with a zero, wherever that is. */
    private static final AddressLayout STRING =
            ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(Long.MAX_VALUE, JAVA_BYTE));

    private static final StructLayout NOTIFY = MemoryLayout.structLayout(STRING.withName("relname"),
            JAVA_INT.withName("be_pid"), MemoryLayout.paddingLayout(4), STRING.withName("extra"));
    private static final AddressLayout NOTIFY_POINTER = ADDRESS.withTargetLayout(NOTIFY);
    private static final FunctionDescriptor NOTICE_PROCESSOR = FunctionDescriptor.ofVoid(ADDRESS, STRING);

    private static final MethodHandle CONNECT_START_PARAMS =
            function("PQconnectStartParams", ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle CONNECT_POLL = function("PQconnectPoll", JAVA_INT, ADDRESS);
    private static final MethodHandle FINISH = function("PQfinish", null, ADDRESS);
    private static final MethodHandle SOCKET = function("PQsocket", JAVA_INT, ADDRESS);
    private static final MethodHandle STATUS = function("PQstatus", JAVA_INT, ADDRESS);
    private static final MethodHandle ERROR_MESSAGE = function("PQerrorMessage", STRING, ADDRESS);
    private static final MethodHandle BACKEND_PID = function("PQbackendPID", JAVA_INT, ADDRESS);
    private static final MethodHandle PARAMETER_STATUS = function("PQparameterStatus", STRING, ADDRESS, ADDRESS);
    private static final MethodHandle SET_NONBLOCKING = function("PQsetnonblocking", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SET_NOTICE_PROCESSOR =
            function("PQsetNoticeProcessor", ADDRESS, ADDRESS, ADDRESS, ADDRESS);

    private static final MethodHandle SEND_QUERY = function("PQsendQuery", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SET_SINGLE_ROW_MODE = function("PQsetSingleRowMode", JAVA_INT, ADDRESS);
    private static final MethodHandle FLUSH = function("PQflush", JAVA_INT, ADDRESS);
    private static final MethodHandle CONSUME_INPUT = function("PQconsumeInput", JAVA_INT, ADDRESS);
    private static final MethodHandle IS_BUSY = function("PQisBusy", JAVA_INT, ADDRESS);
    private static final MethodHandle GET_RESULT = function("PQgetResult", ADDRESS, ADDRESS);
    private static final MethodHandle NOTIFIES = function("PQnotifies", NOTIFY_POINTER, ADDRESS);
    private static final MethodHandle FREEMEM = function("PQfreemem", null, ADDRESS);

    private static final MethodHandle RESULT_STATUS = function("PQresultStatus", JAVA_INT, ADDRESS);
    private static final MethodHandle RESULT_ERROR_MESSAGE = function("PQresultErrorMessage", STRING, ADDRESS);
    private static final MethodHandle CMD_STATUS = function("PQcmdStatus", STRING, ADDRESS);
    private static final MethodHandle NTUPLES = function("PQntuples", JAVA_INT, ADDRESS);
    private static final MethodHandle NFIELDS = function("PQnfields", JAVA_INT, ADDRESS);
    private static final MethodHandle FNAME = function("PQfname", STRING, ADDRESS, JAVA_INT);
    private static final MethodHandle GETVALUE = function("PQgetvalue", STRING, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle GETISNULL = function("PQgetisnull", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLEAR = function("PQclear", null, ADDRESS);

    private Libpq() { }

    /** Loads the library, unless it is loaded already: an {@code UnsatisfiedLinkError} says what is missing. */
    static void load() { } // the static initializers do

    private static SymbolLookup library() {
        try {
            return SymbolLookup.libraryLookup(FILE, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new UnsatisfiedLinkError("cannot load " + FILE + ", PostgreSQL's client library: install libpq5"
                    + " (apt install libpq5), or set LD_LIBRARY_PATH to where it is");
        }
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(LIBRARY.findOrThrow(name), result == null
                ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments));
    }

    /** A connection that has just begun; {@code NULL} without memory. It may look up names, and then it blocks. */
    static MemorySegment PQconnectStartParams(MemorySegment keywords, MemorySegment values, boolean expandDbname) {
        try {
            return (MemorySegment) CONNECT_START_PARAMS.invokeExact(keywords, values, expandDbname ? 1 : 0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int PQconnectPoll(MemorySegment conn) {
        return callInt(CONNECT_POLL, conn);
    }

    static void PQfinish(MemorySegment conn) {
        callVoid(FINISH, conn);
    }

    /** -1 if there is none. */
    static int PQsocket(MemorySegment conn) {
        return callInt(SOCKET, conn);
    }

    static int PQstatus(MemorySegment conn) {
        return callInt(STATUS, conn);
    }

    static String PQerrorMessage(MemorySegment conn) {
        return string(call(ERROR_MESSAGE, conn));
    }

    static int PQbackendPID(MemorySegment conn) {
        return callInt(BACKEND_PID, conn);
    }

    /** Null if the server has not reported it. */
    static String PQparameterStatus(MemorySegment conn, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return string((MemorySegment) PARAMETER_STATUS.invokeExact(conn, arena.allocateFrom(name)));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** 0, or -1 */
    static int PQsetnonblocking(MemorySegment conn, boolean nonblocking) {
        try {
            return (int) SET_NONBLOCKING.invokeExact(conn, nonblocking ? 1 : 0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * Who is told what the server says unasked; by default that goes to stderr. The processor is called from inside
     * other functions of libpq; what it throws stays here, or it would end the JVM. The arena is to be closed only after
     * {@code PQfinish}.
     */
    static void PQsetNoticeProcessor(MemorySegment conn, Consumer<String> processor, Arena arena) {
        try {
            MethodHandle notice = MethodHandles.insertArguments(MethodHandles.lookup().findStatic(Libpq.class, "notice",
                    MethodType.methodType(void.class, Consumer.class, MemorySegment.class, MemorySegment.class)),
                    0, processor);
            MemorySegment stub = LINKER.upcallStub(notice, NOTICE_PROCESSOR, arena);
            MemorySegment before = (MemorySegment) SET_NOTICE_PROCESSOR.invokeExact(conn, stub, MemorySegment.NULL);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static void notice(Consumer<String> processor, MemorySegment arg, MemorySegment message) {
        try {
            processor.accept(message.getString(0));
        } catch (Throwable e) {
            // without memory for the message nobody is told
        }
    }

    /** 1, or 0 if it failed. */
    static int PQsendQuery(MemorySegment conn, MemorySegment query) {
        try {
            return (int) SEND_QUERY.invokeExact(conn, query);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** For the query that has just been sent: 1, or 0 if it is too late. */
    static int PQsetSingleRowMode(MemorySegment conn) {
        return callInt(SET_SINGLE_ROW_MODE, conn);
    }

    /** 0 if all is sent, 1 if not all could be sent yet, -1 if it failed. */
    static int PQflush(MemorySegment conn) {
        return callInt(FLUSH, conn);
    }

    /** 1, or 0 if it failed. */
    static int PQconsumeInput(MemorySegment conn) {
        return callInt(CONSUME_INPUT, conn);
    }

    /** Whether {@code PQgetResult} would block. */
    static boolean PQisBusy(MemorySegment conn) {
        return callInt(IS_BUSY, conn) != 0;
    }

    /** {@code NULL} after the last one; else {@code PQclear} it. */
    static MemorySegment PQgetResult(MemorySegment conn) {
        return call(GET_RESULT, conn);
    }

    /** A {@code PGnotify}, or {@code NULL}; {@code PQfreemem} it. */
    static MemorySegment PQnotifies(MemorySegment conn) {
        return call(NOTIFIES, conn);
    }

    /** The channel of a notification. */
    static String relname(MemorySegment notify) {
        return string(notify.get(STRING, NOTIFY.byteOffset(PathElement.groupElement("relname"))));
    }

    /** Which server process has sent a notification. */
    static int be_pid(MemorySegment notify) {
        return notify.get(JAVA_INT, NOTIFY.byteOffset(PathElement.groupElement("be_pid")));
    }

    /** The text of a notification. */
    static String extra(MemorySegment notify) {
        return string(notify.get(STRING, NOTIFY.byteOffset(PathElement.groupElement("extra"))));
    }

    static void PQfreemem(MemorySegment memory) {
        callVoid(FREEMEM, memory);
    }

    static int PQresultStatus(MemorySegment result) {
        return callInt(RESULT_STATUS, result);
    }

    static String PQresultErrorMessage(MemorySegment result) {
        return string(call(RESULT_ERROR_MESSAGE, result));
    }

    static String PQcmdStatus(MemorySegment result) {
        return string(call(CMD_STATUS, result));
    }

    static int PQntuples(MemorySegment result) {
        return callInt(NTUPLES, result);
    }

    static int PQnfields(MemorySegment result) {
        return callInt(NFIELDS, result);
    }

    static String PQfname(MemorySegment result, int field) {
        try {
            return string((MemorySegment) FNAME.invokeExact(result, field));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static String PQgetvalue(MemorySegment result, int tuple, int field) {
        try {
            return string((MemorySegment) GETVALUE.invokeExact(result, tuple, field));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static boolean PQgetisnull(MemorySegment result, int tuple, int field) {
        try {
            return (int) GETISNULL.invokeExact(result, tuple, field) != 0;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static void PQclear(MemorySegment result) {
        callVoid(CLEAR, result);
    }

    private static int callInt(MethodHandle function, MemorySegment pointer) {
        try {
            return (int) function.invokeExact(pointer);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static MemorySegment call(MethodHandle function, MemorySegment pointer) {
        try {
            return (MemorySegment) function.invokeExact(pointer);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static void callVoid(MethodHandle function, MemorySegment pointer) {
        try {
            function.invokeExact(pointer);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static String string(MemorySegment pointer) {
        return pointer.equals(MemorySegment.NULL) ? null : pointer.getString(0);
    }

    /** C throws nothing; what comes is a wrong argument of ours, or no memory. */
    private static RuntimeException impossible(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
