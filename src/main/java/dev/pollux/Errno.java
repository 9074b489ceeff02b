package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Link;
import dev.pollux.internal.Names;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The error numbers of {@code <errno.h>}, with their names and texts. All methods may be called by any thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</a>
 */
public final class Errno {
    static {
        Link.require();
    }

    /** {@code EPERM}. */
    public static final int EPERM = errno_h.EPERM();
    /** {@code ENOENT}. */
    public static final int ENOENT = errno_h.ENOENT();
    /** {@code ESRCH}. */
    public static final int ESRCH = errno_h.ESRCH();
    /** {@code EINTR}. */
    public static final int EINTR = errno_h.EINTR();
    /** {@code EIO}. */
    public static final int EIO = errno_h.EIO();
    /** {@code ENXIO}. */
    public static final int ENXIO = errno_h.ENXIO();
    /** {@code E2BIG}. */
    public static final int E2BIG = errno_h.E2BIG();
    /** {@code ENOEXEC}. */
    public static final int ENOEXEC = errno_h.ENOEXEC();
    /** {@code EBADF}. */
    public static final int EBADF = errno_h.EBADF();
    /** {@code ECHILD}. */
    public static final int ECHILD = errno_h.ECHILD();
    /** {@code EAGAIN}. */
    public static final int EAGAIN = errno_h.EAGAIN();
    /** {@code EWOULDBLOCK} (another name of {@link #EAGAIN}). */
    public static final int EWOULDBLOCK = errno_h.EWOULDBLOCK();
    /** {@code ENOMEM}. */
    public static final int ENOMEM = errno_h.ENOMEM();
    /** {@code EACCES}. */
    public static final int EACCES = errno_h.EACCES();
    /** {@code EFAULT}. */
    public static final int EFAULT = errno_h.EFAULT();
    /** {@code ENOTBLK}. */
    public static final int ENOTBLK = errno_h.ENOTBLK();
    /** {@code EBUSY}. */
    public static final int EBUSY = errno_h.EBUSY();
    /** {@code EEXIST}. */
    public static final int EEXIST = errno_h.EEXIST();
    /** {@code EXDEV}. */
    public static final int EXDEV = errno_h.EXDEV();
    /** {@code ENODEV}. */
    public static final int ENODEV = errno_h.ENODEV();
    /** {@code ENOTDIR}. */
    public static final int ENOTDIR = errno_h.ENOTDIR();
    /** {@code EISDIR}. */
    public static final int EISDIR = errno_h.EISDIR();
    /** {@code EINVAL}. */
    public static final int EINVAL = errno_h.EINVAL();
    /** {@code ENFILE}. */
    public static final int ENFILE = errno_h.ENFILE();
    /** {@code EMFILE}. */
    public static final int EMFILE = errno_h.EMFILE();
    /** {@code ENOTTY}. */
    public static final int ENOTTY = errno_h.ENOTTY();
    /** {@code ETXTBSY}. */
    public static final int ETXTBSY = errno_h.ETXTBSY();
    /** {@code EFBIG}. */
    public static final int EFBIG = errno_h.EFBIG();
    /** {@code ENOSPC}. */
    public static final int ENOSPC = errno_h.ENOSPC();
    /** {@code ESPIPE}. */
    public static final int ESPIPE = errno_h.ESPIPE();
    /** {@code EROFS}. */
    public static final int EROFS = errno_h.EROFS();
    /** {@code EMLINK}. */
    public static final int EMLINK = errno_h.EMLINK();
    /** {@code EPIPE}. */
    public static final int EPIPE = errno_h.EPIPE();
    /** {@code EDOM}. */
    public static final int EDOM = errno_h.EDOM();
    /** {@code ERANGE}. */
    public static final int ERANGE = errno_h.ERANGE();
    /** {@code EDEADLK}. */
    public static final int EDEADLK = errno_h.EDEADLK();
    /** {@code EDEADLOCK} (another name of {@link #EDEADLK}). */
    public static final int EDEADLOCK = errno_h.EDEADLOCK();
    /** {@code ENAMETOOLONG}. */
    public static final int ENAMETOOLONG = errno_h.ENAMETOOLONG();
    /** {@code ENOLCK}. */
    public static final int ENOLCK = errno_h.ENOLCK();
    /** {@code ENOSYS}. */
    public static final int ENOSYS = errno_h.ENOSYS();
    /** {@code ENOTEMPTY}. */
    public static final int ENOTEMPTY = errno_h.ENOTEMPTY();
    /** {@code ELOOP}. */
    public static final int ELOOP = errno_h.ELOOP();
    /** {@code ENOMSG}. */
    public static final int ENOMSG = errno_h.ENOMSG();
    /** {@code EIDRM}. */
    public static final int EIDRM = errno_h.EIDRM();
    /** {@code ECHRNG}. */
    public static final int ECHRNG = errno_h.ECHRNG();
    /** {@code EL2NSYNC}. */
    public static final int EL2NSYNC = errno_h.EL2NSYNC();
    /** {@code EL3HLT}. */
    public static final int EL3HLT = errno_h.EL3HLT();
    /** {@code EL3RST}. */
    public static final int EL3RST = errno_h.EL3RST();
    /** {@code ELNRNG}. */
    public static final int ELNRNG = errno_h.ELNRNG();
    /** {@code EUNATCH}. */
    public static final int EUNATCH = errno_h.EUNATCH();
    /** {@code ENOCSI}. */
    public static final int ENOCSI = errno_h.ENOCSI();
    /** {@code EL2HLT}. */
    public static final int EL2HLT = errno_h.EL2HLT();
    /** {@code EBADE}. */
    public static final int EBADE = errno_h.EBADE();
    /** {@code EBADR}. */
    public static final int EBADR = errno_h.EBADR();
    /** {@code EXFULL}. */
    public static final int EXFULL = errno_h.EXFULL();
    /** {@code ENOANO}. */
    public static final int ENOANO = errno_h.ENOANO();
    /** {@code EBADRQC}. */
    public static final int EBADRQC = errno_h.EBADRQC();
    /** {@code EBADSLT}. */
    public static final int EBADSLT = errno_h.EBADSLT();
    /** {@code EBFONT}. */
    public static final int EBFONT = errno_h.EBFONT();
    /** {@code ENOSTR}. */
    public static final int ENOSTR = errno_h.ENOSTR();
    /** {@code ENODATA}. */
    public static final int ENODATA = errno_h.ENODATA();
    /** {@code ETIME}. */
    public static final int ETIME = errno_h.ETIME();
    /** {@code ENOSR}. */
    public static final int ENOSR = errno_h.ENOSR();
    /** {@code ENONET}. */
    public static final int ENONET = errno_h.ENONET();
    /** {@code ENOPKG}. */
    public static final int ENOPKG = errno_h.ENOPKG();
    /** {@code EREMOTE}. */
    public static final int EREMOTE = errno_h.EREMOTE();
    /** {@code ENOLINK}. */
    public static final int ENOLINK = errno_h.ENOLINK();
    /** {@code EADV}. */
    public static final int EADV = errno_h.EADV();
    /** {@code ESRMNT}. */
    public static final int ESRMNT = errno_h.ESRMNT();
    /** {@code ECOMM}. */
    public static final int ECOMM = errno_h.ECOMM();
    /** {@code EPROTO}. */
    public static final int EPROTO = errno_h.EPROTO();
    /** {@code EMULTIHOP}. */
    public static final int EMULTIHOP = errno_h.EMULTIHOP();
    /** {@code EDOTDOT}. */
    public static final int EDOTDOT = errno_h.EDOTDOT();
    /** {@code EBADMSG}. */
    public static final int EBADMSG = errno_h.EBADMSG();
    /** {@code EOVERFLOW}. */
    public static final int EOVERFLOW = errno_h.EOVERFLOW();
    /** {@code ENOTUNIQ}. */
    public static final int ENOTUNIQ = errno_h.ENOTUNIQ();
    /** {@code EBADFD}. */
    public static final int EBADFD = errno_h.EBADFD();
    /** {@code EREMCHG}. */
    public static final int EREMCHG = errno_h.EREMCHG();
    /** {@code ELIBACC}. */
    public static final int ELIBACC = errno_h.ELIBACC();
    /** {@code ELIBBAD}. */
    public static final int ELIBBAD = errno_h.ELIBBAD();
    /** {@code ELIBSCN}. */
    public static final int ELIBSCN = errno_h.ELIBSCN();
    /** {@code ELIBMAX}. */
    public static final int ELIBMAX = errno_h.ELIBMAX();
    /** {@code ELIBEXEC}. */
    public static final int ELIBEXEC = errno_h.ELIBEXEC();
    /** {@code EILSEQ}. */
    public static final int EILSEQ = errno_h.EILSEQ();
    /** {@code ERESTART}. */
    public static final int ERESTART = errno_h.ERESTART();
    /** {@code ESTRPIPE}. */
    public static final int ESTRPIPE = errno_h.ESTRPIPE();
    /** {@code EUSERS}. */
    public static final int EUSERS = errno_h.EUSERS();
    /** {@code ENOTSOCK}. */
    public static final int ENOTSOCK = errno_h.ENOTSOCK();
    /** {@code EDESTADDRREQ}. */
    public static final int EDESTADDRREQ = errno_h.EDESTADDRREQ();
    /** {@code EMSGSIZE}. */
    public static final int EMSGSIZE = errno_h.EMSGSIZE();
    /** {@code EPROTOTYPE}. */
    public static final int EPROTOTYPE = errno_h.EPROTOTYPE();
    /** {@code ENOPROTOOPT}. */
    public static final int ENOPROTOOPT = errno_h.ENOPROTOOPT();
    /** {@code EPROTONOSUPPORT}. */
    public static final int EPROTONOSUPPORT = errno_h.EPROTONOSUPPORT();
    /** {@code ESOCKTNOSUPPORT}. */
    public static final int ESOCKTNOSUPPORT = errno_h.ESOCKTNOSUPPORT();
    /** {@code EOPNOTSUPP}. */
    public static final int EOPNOTSUPP = errno_h.EOPNOTSUPP();
    /** {@code ENOTSUP} (another name of {@link #EOPNOTSUPP}). */
    public static final int ENOTSUP = errno_h.ENOTSUP();
    /** {@code EPFNOSUPPORT}. */
    public static final int EPFNOSUPPORT = errno_h.EPFNOSUPPORT();
    /** {@code EAFNOSUPPORT}. */
    public static final int EAFNOSUPPORT = errno_h.EAFNOSUPPORT();
    /** {@code EADDRINUSE}. */
    public static final int EADDRINUSE = errno_h.EADDRINUSE();
    /** {@code EADDRNOTAVAIL}. */
    public static final int EADDRNOTAVAIL = errno_h.EADDRNOTAVAIL();
    /** {@code ENETDOWN}. */
    public static final int ENETDOWN = errno_h.ENETDOWN();
    /** {@code ENETUNREACH}. */
    public static final int ENETUNREACH = errno_h.ENETUNREACH();
    /** {@code ENETRESET}. */
    public static final int ENETRESET = errno_h.ENETRESET();
    /** {@code ECONNABORTED}. */
    public static final int ECONNABORTED = errno_h.ECONNABORTED();
    /** {@code ECONNRESET}. */
    public static final int ECONNRESET = errno_h.ECONNRESET();
    /** {@code ENOBUFS}. */
    public static final int ENOBUFS = errno_h.ENOBUFS();
    /** {@code EISCONN}. */
    public static final int EISCONN = errno_h.EISCONN();
    /** {@code ENOTCONN}. */
    public static final int ENOTCONN = errno_h.ENOTCONN();
    /** {@code ESHUTDOWN}. */
    public static final int ESHUTDOWN = errno_h.ESHUTDOWN();
    /** {@code ETOOMANYREFS}. */
    public static final int ETOOMANYREFS = errno_h.ETOOMANYREFS();
    /** {@code ETIMEDOUT}. */
    public static final int ETIMEDOUT = errno_h.ETIMEDOUT();
    /** {@code ECONNREFUSED}. */
    public static final int ECONNREFUSED = errno_h.ECONNREFUSED();
    /** {@code EHOSTDOWN}. */
    public static final int EHOSTDOWN = errno_h.EHOSTDOWN();
    /** {@code EHOSTUNREACH}. */
    public static final int EHOSTUNREACH = errno_h.EHOSTUNREACH();
    /** {@code EALREADY}. */
    public static final int EALREADY = errno_h.EALREADY();
    /** {@code EINPROGRESS}. */
    public static final int EINPROGRESS = errno_h.EINPROGRESS();
    /** {@code ESTALE}. */
    public static final int ESTALE = errno_h.ESTALE();
    /** {@code EUCLEAN}. */
    public static final int EUCLEAN = errno_h.EUCLEAN();
    /** {@code ENOTNAM}. */
    public static final int ENOTNAM = errno_h.ENOTNAM();
    /** {@code ENAVAIL}. */
    public static final int ENAVAIL = errno_h.ENAVAIL();
    /** {@code EISNAM}. */
    public static final int EISNAM = errno_h.EISNAM();
    /** {@code EREMOTEIO}. */
    public static final int EREMOTEIO = errno_h.EREMOTEIO();
    /** {@code EDQUOT}. */
    public static final int EDQUOT = errno_h.EDQUOT();
    /** {@code ENOMEDIUM}. */
    public static final int ENOMEDIUM = errno_h.ENOMEDIUM();
    /** {@code EMEDIUMTYPE}. */
    public static final int EMEDIUMTYPE = errno_h.EMEDIUMTYPE();
    /** {@code ECANCELED}. */
    public static final int ECANCELED = errno_h.ECANCELED();
    /** {@code ENOKEY}. */
    public static final int ENOKEY = errno_h.ENOKEY();
    /** {@code EKEYEXPIRED}. */
    public static final int EKEYEXPIRED = errno_h.EKEYEXPIRED();
    /** {@code EKEYREVOKED}. */
    public static final int EKEYREVOKED = errno_h.EKEYREVOKED();
    /** {@code EKEYREJECTED}. */
    public static final int EKEYREJECTED = errno_h.EKEYREJECTED();
    /** {@code EOWNERDEAD}. */
    public static final int EOWNERDEAD = errno_h.EOWNERDEAD();
    /** {@code ENOTRECOVERABLE}. */
    public static final int ENOTRECOVERABLE = errno_h.ENOTRECOVERABLE();
    /** {@code ERFKILL}. */
    public static final int ERFKILL = errno_h.ERFKILL();
    /** {@code EHWPOISON}. */
    public static final int EHWPOISON = errno_h.EHWPOISON();

    private static final long TEXT_BYTES = 256;

    private Errno() { }

    /** Found once, at the first error. */
    private static final class ByNumber {
        static final Map<Integer, String> BY_NUMBER = new HashMap<>();

        static {
            Names.errors((name, number) -> BY_NUMBER.putIfAbsent(number, name));
            // the usual ones of the numbers that have two names
            BY_NUMBER.put(EAGAIN, "EAGAIN");
            BY_NUMBER.put(EDEADLK, "EDEADLK");
            BY_NUMBER.put(EOPNOTSUPP, "EOPNOTSUPP");
        }
    }

    /**
     * The C name of an error number.
     *
     * @param errno an error number
     * @return its name, such as {@code ECONNRESET}, or {@code errno 4711} where the number has none
     */
    public static String name(int errno) {
        String name = ByNumber.BY_NUMBER.get(errno);
        return name != null ? name : "errno " + errno;
    }

    /**
     * {@code strerror_r(errno, …)}: the text of an error number, in the language of the process, taken for UTF-8.
     *
     * @param errno an error number
     * @return its text, such as {@code Connection reset by peer}
     * @see <a href="https://man7.org/linux/man-pages/man3/strerror.3.html">strerror(3)</a>
     */
    public static String text(int errno) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(TEXT_BYTES);
            Libc.__xpg_strerror_r(errno, buffer.address(), TEXT_BYTES - 1); // writes a text for unknown numbers too
            return buffer.getString(0, StandardCharsets.UTF_8);
        }
    }
}
