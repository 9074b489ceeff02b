package dev.pollux;

import dev.pollux.generated.tcp_info;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * {@code struct tcp_info}: what the kernel knew about a connection or a listener when it was asked by {@link
 * Sockopt#TCP_INFO}.
 * {@snippet class="dev.pollux.Snippets" region="quality"}
 *
 * <p>The struct grows from kernel to kernel. On an older one it ends before the last fields: {@link #has} says so, and
 * {@link #get} does not make up a zero. What a newer kernel adds after the last of them is in {@link #segment}.
 *
 * <p>It is immutable, and may be used by any thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7)</a>
 */
public final class TcpInfo {
    /** More than any kernel has. */
    static final int ROOM = 1024;

    /** Bit fields, for which the generator writes nothing. */
    private static final long AFTER_OPTIONS = tcp_info.tcpi_options$offset() + 1;

    private final MemorySegment bytes;

    TcpInfo(byte[] bytes) {
        this.bytes = MemorySegment.ofArray(bytes).asReadOnly();
    }

    /** A field, under its C name in capitals. */
    public enum Field {
        /** The state: 1 is ESTABLISHED, 10 LISTEN, in the order of {@code <netinet/tcp.h>}. */
        TCPI_STATE(tcp_info.tcpi_state$offset(), 1),
        /** The state against congestion: 0 is open, 1 disorder, 2 reduced, 3 recovery, 4 loss. */
        TCPI_CA_STATE(tcp_info.tcpi_ca_state$offset(), 1),
        /** Timeouts of the oldest unacknowledged segment. */
        TCPI_RETRANSMITS(tcp_info.tcpi_retransmits$offset(), 1),
        /** Probes that were not answered. */
        TCPI_PROBES(tcp_info.tcpi_probes$offset(), 1),
        /** How often the timeout has been doubled. */
        TCPI_BACKOFF(tcp_info.tcpi_backoff$offset(), 1),
        /** Which options were agreed on: 1 timestamps, 2 SACK, 4 window scale, 8 ECN, 16 ECN seen, 32 data in SYN. */
        TCPI_OPTIONS(tcp_info.tcpi_options$offset(), 1),
        /** By how many bits the peer's window is scaled, which limits what is sent. */
        TCPI_SND_WSCALE(AFTER_OPTIONS, 0, 4),
        /** By how many bits our own window is scaled. */
        TCPI_RCV_WSCALE(AFTER_OPTIONS, 4, 4),
        /** Whether the delivery rate was limited by the program, which sent too little. */
        TCPI_DELIVERY_RATE_APP_LIMITED(AFTER_OPTIONS + 1, 0, 1),
        /** Why data in the first packet failed: 1 no cookie, 2 not acknowledged, 3 the connection timed out. */
        TCPI_FASTOPEN_CLIENT_FAIL(AFTER_OPTIONS + 1, 1, 2),
        /** The timeout for a retransmission, in microseconds. */
        TCPI_RTO(tcp_info.tcpi_rto$offset(), 4),
        /** The timeout for a delayed acknowledgment, in microseconds. */
        TCPI_ATO(tcp_info.tcpi_ato$offset(), 4),
        /** The longest segment sent, in bytes. */
        TCPI_SND_MSS(tcp_info.tcpi_snd_mss$offset(), 4),
        /** The longest segment received, in bytes, as estimated. */
        TCPI_RCV_MSS(tcp_info.tcpi_rcv_mss$offset(), 4),
        /** Segments not acknowledged; of a listener, connections that wait to be accepted. */
        TCPI_UNACKED(tcp_info.tcpi_unacked$offset(), 4),
        /** Segments acknowledged selectively; of a listener, its backlog. */
        TCPI_SACKED(tcp_info.tcpi_sacked$offset(), 4),
        /** Segments considered lost. */
        TCPI_LOST(tcp_info.tcpi_lost$offset(), 4),
        /** Retransmitted segments in flight. */
        TCPI_RETRANS(tcp_info.tcpi_retrans$offset(), 4),
        /** Not used any more. */
        TCPI_FACKETS(tcp_info.tcpi_fackets$offset(), 4),
        /** Milliseconds since data was sent. */
        TCPI_LAST_DATA_SENT(tcp_info.tcpi_last_data_sent$offset(), 4),
        /** Not used. */
        TCPI_LAST_ACK_SENT(tcp_info.tcpi_last_ack_sent$offset(), 4),
        /** Milliseconds since data was received. */
        TCPI_LAST_DATA_RECV(tcp_info.tcpi_last_data_recv$offset(), 4),
        /** Milliseconds since an acknowledgment was received. */
        TCPI_LAST_ACK_RECV(tcp_info.tcpi_last_ack_recv$offset(), 4),
        /** The MTU of the path, in bytes. */
        TCPI_PMTU(tcp_info.tcpi_pmtu$offset(), 4),
        /** The largest window that is offered to the peer, in bytes. */
        TCPI_RCV_SSTHRESH(tcp_info.tcpi_rcv_ssthresh$offset(), 4),
        /** The smoothed round-trip time, in microseconds. */
        TCPI_RTT(tcp_info.tcpi_rtt$offset(), 4),
        /** Its mean deviation, in microseconds. */
        TCPI_RTTVAR(tcp_info.tcpi_rttvar$offset(), 4),
        /** The slow-start threshold, in segments. */
        TCPI_SND_SSTHRESH(tcp_info.tcpi_snd_ssthresh$offset(), 4),
        /** The congestion window, in segments. */
        TCPI_SND_CWND(tcp_info.tcpi_snd_cwnd$offset(), 4),
        /** The maximum segment size advertised to the peer, in bytes. */
        TCPI_ADVMSS(tcp_info.tcpi_advmss$offset(), 4),
        /** By how many segments the path is assumed to reorder. */
        TCPI_REORDERING(tcp_info.tcpi_reordering$offset(), 4),
        /** The round-trip time as the receiver estimates it, in microseconds. */
        TCPI_RCV_RTT(tcp_info.tcpi_rcv_rtt$offset(), 4),
        /** The receive window that is aimed at, in bytes. */
        TCPI_RCV_SPACE(tcp_info.tcpi_rcv_space$offset(), 4),
        /** Retransmitted segments, in all. */
        TCPI_TOTAL_RETRANS(tcp_info.tcpi_total_retrans$offset(), 4),
        /** The rate at which data is sent, in bytes per second. */
        TCPI_PACING_RATE(tcp_info.tcpi_pacing_rate$offset(), 8),
        /** Its limit, in bytes per second; unsigned, and all ones without a limit. */
        TCPI_MAX_PACING_RATE(tcp_info.tcpi_max_pacing_rate$offset(), 8),
        /** Bytes acknowledged by the peer. */
        TCPI_BYTES_ACKED(tcp_info.tcpi_bytes_acked$offset(), 8),
        /** Bytes received and acknowledged. */
        TCPI_BYTES_RECEIVED(tcp_info.tcpi_bytes_received$offset(), 8),
        /** Segments sent. */
        TCPI_SEGS_OUT(tcp_info.tcpi_segs_out$offset(), 4),
        /** Segments received. */
        TCPI_SEGS_IN(tcp_info.tcpi_segs_in$offset(), 4),
        /** Bytes in the send queue that were not sent yet. */
        TCPI_NOTSENT_BYTES(tcp_info.tcpi_notsent_bytes$offset(), 4),
        /** The shortest round-trip time of late, in microseconds. */
        TCPI_MIN_RTT(tcp_info.tcpi_min_rtt$offset(), 4),
        /** Segments with data received. */
        TCPI_DATA_SEGS_IN(tcp_info.tcpi_data_segs_in$offset(), 4),
        /** Segments with data sent. */
        TCPI_DATA_SEGS_OUT(tcp_info.tcpi_data_segs_out$offset(), 4),
        /** The rate of delivery, as measured last, in bytes per second. */
        TCPI_DELIVERY_RATE(tcp_info.tcpi_delivery_rate$offset(), 8),
        /** Microseconds in which there was something to send. */
        TCPI_BUSY_TIME(tcp_info.tcpi_busy_time$offset(), 8),
        /** Of these, how many were limited by the peer's window. */
        TCPI_RWND_LIMITED(tcp_info.tcpi_rwnd_limited$offset(), 8),
        /** Of these, how many were limited by the send buffer. */
        TCPI_SNDBUF_LIMITED(tcp_info.tcpi_sndbuf_limited$offset(), 8),
        /** Segments delivered, with those sent again. */
        TCPI_DELIVERED(tcp_info.tcpi_delivered$offset(), 4),
        /** Of these, how many were marked for congestion (ECN). */
        TCPI_DELIVERED_CE(tcp_info.tcpi_delivered_ce$offset(), 4),
        /** Bytes sent, with those sent again. */
        TCPI_BYTES_SENT(tcp_info.tcpi_bytes_sent$offset(), 8),
        /** Bytes sent again. */
        TCPI_BYTES_RETRANS(tcp_info.tcpi_bytes_retrans$offset(), 8),
        /** Duplicates that the peer reported. */
        TCPI_DSACK_DUPS(tcp_info.tcpi_dsack_dups$offset(), 4),
        /** How often reordering was seen. */
        TCPI_REORD_SEEN(tcp_info.tcpi_reord_seen$offset(), 4),
        /** Segments received out of order. */
        TCPI_RCV_OOOPACK(tcp_info.tcpi_rcv_ooopack$offset(), 4),
        /** The peer's receive window, in bytes. */
        TCPI_SND_WND(tcp_info.tcpi_snd_wnd$offset(), 4);

        private final long offset;
        private final int bytes;
        private final int shift;
        private final int bits;

        Field(long offset, int bytes) {
            this(offset, bytes, 0, Byte.SIZE * bytes);
        }

        /** Bits within a byte. */
        Field(long offset, int shift, int bits) {
            this(offset, 1, shift, bits);
        }

        Field(long offset, int bytes, int shift, int bits) {
            this.offset = offset;
            this.bytes = bytes;
            this.shift = shift;
            this.bits = bits;
        }

        private long of(MemorySegment info) {
            return switch (bytes) {
                case 1 -> Byte.toUnsignedInt(info.get(ValueLayout.JAVA_BYTE, offset)) >>> shift & (1 << bits) - 1;
                case 4 -> Integer.toUnsignedLong(info.get(ValueLayout.JAVA_INT_UNALIGNED, offset));
                default -> info.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
            };
        }
    }

    /**
     * Whether this kernel has the field.
     *
     * @param field a field
     * @return false if what it told ends before it
     */
    public boolean has(Field field) {
        return field.offset + field.bytes <= bytes.byteSize();
    }

    /**
     * A field.
     *
     * @param field which
     * @return its value, in the unit that the field names
     * @throws IllegalStateException if this kernel does not have it: see {@link #has}
     */
    public long get(Field field) {
        if (!has(field)) {
            throw new IllegalStateException(
                    "this kernel tells " + bytes.byteSize() + " bytes of tcp_info, without " + field.name());
        }
        return field.of(bytes);
    }

    /**
     * All that the kernel told, for fields that are newer than this library.
     *
     * @return the struct, as long as the kernel has it, read-only and on the heap
     */
    public MemorySegment segment() {
        return bytes;
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "TcpInfo[", "]");
        for (Field field : Field.values()) {
            if (has(field)) {
                text.add(field.name().toLowerCase(Locale.ROOT) + "=" + Long.toUnsignedString(get(field)));
            }
        }
        return text.toString();
    }
}
