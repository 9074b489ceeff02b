// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/ioctl.h}. */
public final class ioctl_h {
    private ioctl_h() { }

    public static int _IOC_NRSHIFT() {
        return 0;
    }

    public static int TCSBRK() {
        return 21513;
    }

    public static int TCXONC() {
        return 21514;
    }

    public static int TCFLSH() {
        return 21515;
    }

    public static int TIOCEXCL() {
        return 21516;
    }

    public static int TIOCNXCL() {
        return 21517;
    }

    public static int TIOCSCTTY() {
        return 21518;
    }

    public static int TIOCGPGRP() {
        return 21519;
    }

    public static int TIOCSPGRP() {
        return 21520;
    }

    public static int TIOCOUTQ() {
        return 21521;
    }

    public static int TIOCGWINSZ() {
        return 21523;
    }

    public static int TIOCSWINSZ() {
        return 21524;
    }

    public static int TIOCMGET() {
        return 21525;
    }

    public static int TIOCMBIS() {
        return 21526;
    }

    public static int TIOCMBIC() {
        return 21527;
    }

    public static int TIOCMSET() {
        return 21528;
    }

    public static int FIONREAD() {
        return 21531;
    }

    public static int TIOCGSERIAL() {
        return 21534;
    }

    public static int TIOCSSERIAL() {
        return 21535;
    }

    public static int TIOCPKT() {
        return 21536;
    }

    public static int FIONBIO() {
        return 21537;
    }

    public static int TIOCNOTTY() {
        return 21538;
    }

    public static int TIOCSETD() {
        return 21539;
    }

    public static int TIOCGETD() {
        return 21540;
    }

    public static int TCSBRKP() {
        return 21541;
    }

    public static int TIOCSBRK() {
        return 21543;
    }

    public static int TIOCCBRK() {
        return 21544;
    }

    public static int TIOCGSID() {
        return 21545;
    }

    public static int TIOCGRS485() {
        return 21550;
    }

    public static int TIOCSRS485() {
        return 21551;
    }

    public static int TIOCMIWAIT() {
        return 21596;
    }

    public static int TIOCGICOUNT() {
        return 21597;
    }

    public static int SIOCGIFFLAGS() {
        return 35091;
    }

    public static int SIOCSIFFLAGS() {
        return 35092;
    }

    public static int SIOCGIFADDR() {
        return 35093;
    }

    public static int SIOCSIFADDR() {
        return 35094;
    }

    public static int SIOCGIFNETMASK() {
        return 35099;
    }

    public static int SIOCSIFNETMASK() {
        return 35100;
    }

    public static int SIOCGIFMTU() {
        return 35105;
    }

    public static int SIOCSIFMTU() {
        return 35106;
    }

    public static int SIOCGIFINDEX() {
        return 35123;
    }

    public static int TIOCM_LE() {
        return 1;
    }

    public static int TIOCM_DTR() {
        return 2;
    }

    public static int TIOCM_RTS() {
        return 4;
    }

    public static int TIOCM_ST() {
        return 8;
    }

    public static int TIOCM_SR() {
        return 16;
    }

    public static int TIOCM_CTS() {
        return 32;
    }

    public static int TIOCM_CAR() {
        return 64;
    }

    public static int TIOCM_RNG() {
        return 128;
    }

    public static int TIOCM_DSR() {
        return 256;
    }

    public static int IGNBRK() {
        return 1;
    }

    public static int BRKINT() {
        return 2;
    }

    public static int IGNPAR() {
        return 4;
    }

    public static int PARMRK() {
        return 8;
    }

    public static int INPCK() {
        return 16;
    }

    public static int ISTRIP() {
        return 32;
    }

    public static int INLCR() {
        return 64;
    }

    public static int IGNCR() {
        return 128;
    }

    public static int ICRNL() {
        return 256;
    }

    public static int IXANY() {
        return 2048;
    }

    public static int OPOST() {
        return 1;
    }

    public static int OCRNL() {
        return 8;
    }

    public static int ONOCR() {
        return 16;
    }

    public static int ONLRET() {
        return 32;
    }

    public static int OFILL() {
        return 64;
    }

    public static int OFDEL() {
        return 128;
    }

    public static int B0() {
        return 0;
    }

    public static int B50() {
        return 1;
    }

    public static int B75() {
        return 2;
    }

    public static int B110() {
        return 3;
    }

    public static int B134() {
        return 4;
    }

    public static int B150() {
        return 5;
    }

    public static int B200() {
        return 6;
    }

    public static int B300() {
        return 7;
    }

    public static int B600() {
        return 8;
    }

    public static int B1200() {
        return 9;
    }

    public static int B1800() {
        return 10;
    }

    public static int B2400() {
        return 11;
    }

    public static int B4800() {
        return 12;
    }

    public static int B9600() {
        return 13;
    }

    public static int B19200() {
        return 14;
    }

    public static int B38400() {
        return 15;
    }

    public static int CMSPAR() {
        return 1073741824;
    }

    public static int IBSHIFT() {
        return 16;
    }

    public static int TCOOFF() {
        return 0;
    }

    public static int TCOON() {
        return 1;
    }

    public static int TCIOFF() {
        return 2;
    }

    public static int TCION() {
        return 3;
    }

    public static int TCIFLUSH() {
        return 0;
    }

    public static int TCOFLUSH() {
        return 1;
    }

    public static int TCIOFLUSH() {
        return 2;
    }

    public static int NCCS() {
        return 19;
    }

    public static int VINTR() {
        return 0;
    }

    public static int VQUIT() {
        return 1;
    }

    public static int VERASE() {
        return 2;
    }

    public static int VKILL() {
        return 3;
    }

    public static int VEOF() {
        return 4;
    }

    public static int VTIME() {
        return 5;
    }

    public static int VMIN() {
        return 6;
    }

    public static int VSWTC() {
        return 7;
    }

    public static int VSTART() {
        return 8;
    }

    public static int VSTOP() {
        return 9;
    }

    public static int VSUSP() {
        return 10;
    }

    public static int VEOL() {
        return 11;
    }

    public static int VREPRINT() {
        return 12;
    }

    public static int VDISCARD() {
        return 13;
    }

    public static int VWERASE() {
        return 14;
    }

    public static int VLNEXT() {
        return 15;
    }

    public static int VEOL2() {
        return 16;
    }

    public static int IUCLC() {
        return 512;
    }

    public static int IXON() {
        return 1024;
    }

    public static int IXOFF() {
        return 4096;
    }

    public static int IMAXBEL() {
        return 8192;
    }

    public static int IUTF8() {
        return 16384;
    }

    public static int OLCUC() {
        return 2;
    }

    public static int ONLCR() {
        return 4;
    }

    public static int NLDLY() {
        return 256;
    }

    public static int NL0() {
        return 0;
    }

    public static int NL1() {
        return 256;
    }

    public static int CRDLY() {
        return 1536;
    }

    public static int CR0() {
        return 0;
    }

    public static int CR1() {
        return 512;
    }

    public static int CR2() {
        return 1024;
    }

    public static int CR3() {
        return 1536;
    }

    public static int TABDLY() {
        return 6144;
    }

    public static int TAB0() {
        return 0;
    }

    public static int TAB1() {
        return 2048;
    }

    public static int TAB2() {
        return 4096;
    }

    public static int TAB3() {
        return 6144;
    }

    public static int BSDLY() {
        return 8192;
    }

    public static int BS0() {
        return 0;
    }

    public static int BS1() {
        return 8192;
    }

    public static int VTDLY() {
        return 16384;
    }

    public static int VT0() {
        return 0;
    }

    public static int VT1() {
        return 16384;
    }

    public static int FFDLY() {
        return 32768;
    }

    public static int FF0() {
        return 0;
    }

    public static int FF1() {
        return 32768;
    }

    public static int CBAUD() {
        return 4111;
    }

    public static int CSIZE() {
        return 48;
    }

    public static int CS5() {
        return 0;
    }

    public static int CS6() {
        return 16;
    }

    public static int CS7() {
        return 32;
    }

    public static int CS8() {
        return 48;
    }

    public static int CSTOPB() {
        return 64;
    }

    public static int CREAD() {
        return 128;
    }

    public static int PARENB() {
        return 256;
    }

    public static int PARODD() {
        return 512;
    }

    public static int HUPCL() {
        return 1024;
    }

    public static int CLOCAL() {
        return 2048;
    }

    public static int BOTHER() {
        return 4096;
    }

    public static int B57600() {
        return 4097;
    }

    public static int B115200() {
        return 4098;
    }

    public static int B230400() {
        return 4099;
    }

    public static int B460800() {
        return 4100;
    }

    public static int B500000() {
        return 4101;
    }

    public static int B576000() {
        return 4102;
    }

    public static int B921600() {
        return 4103;
    }

    public static int B1000000() {
        return 4104;
    }

    public static int B1152000() {
        return 4105;
    }

    public static int B1500000() {
        return 4106;
    }

    public static int B2000000() {
        return 4107;
    }

    public static int B2500000() {
        return 4108;
    }

    public static int B3000000() {
        return 4109;
    }

    public static int B3500000() {
        return 4110;
    }

    public static int B4000000() {
        return 4111;
    }

    public static int CIBAUD() {
        return 269418496;
    }

    public static int ISIG() {
        return 1;
    }

    public static int ICANON() {
        return 2;
    }

    public static int XCASE() {
        return 4;
    }

    public static int ECHO() {
        return 8;
    }

    public static int ECHOE() {
        return 16;
    }

    public static int ECHOK() {
        return 32;
    }

    public static int ECHONL() {
        return 64;
    }

    public static int NOFLSH() {
        return 128;
    }

    public static int TOSTOP() {
        return 256;
    }

    public static int ECHOCTL() {
        return 512;
    }

    public static int ECHOPRT() {
        return 1024;
    }

    public static int ECHOKE() {
        return 2048;
    }

    public static int FLUSHO() {
        return 4096;
    }

    public static int PENDIN() {
        return 16384;
    }

    public static int IEXTEN() {
        return 32768;
    }

    public static int EXTPROC() {
        return 65536;
    }

    public static int TCSANOW() {
        return 0;
    }

    public static int TCSADRAIN() {
        return 1;
    }

    public static int TCSAFLUSH() {
        return 2;
    }

    public static int _IOC_NRMASK() {
        return 255;
    }

    public static int _IOC_TYPEMASK() {
        return 255;
    }

    public static int _IOC_SIZEMASK() {
        return 16383;
    }

    public static int _IOC_TYPESHIFT() {
        return 8;
    }

    public static int _IOC_SIZESHIFT() {
        return 16;
    }

    public static int _IOC_DIRSHIFT() {
        return 30;
    }

    public static int _IOC_NONE() {
        return 0;
    }

    public static int _IOC_WRITE() {
        return 1;
    }

    public static int _IOC_READ() {
        return 2;
    }

    public static long TCGETS2() {
        return 2150388778L;
    }

    public static long TCSETS2() {
        return 1076646955L;
    }

    public static long TCSETSW2() {
        return 1076646956L;
    }

    public static long TCSETSF2() {
        return 1076646957L;
    }

    public static long TIOCGPTN() {
        return 2147767344L;
    }

    public static long TIOCGEXCL() {
        return 2147767360L;
    }

    public static int TIOCGPTPEER() {
        return 21569;
    }

    public static int TIOCM_CD() {
        return 64;
    }

    public static int TIOCM_RI() {
        return 128;
    }

    public static int CRTSCTS() {
        return -2147483648;
    }

    public static long TUNSETIFF() {
        return 1074025674L;
    }

    public static long TUNSETPERSIST() {
        return 1074025675L;
    }

    public static long TUNSETOWNER() {
        return 1074025676L;
    }

    public static long TUNSETGROUP() {
        return 1074025678L;
    }

    public static long TUNGETFEATURES() {
        return 2147767503L;
    }

    public static long TUNGETIFF() {
        return 2147767506L;
    }
}
