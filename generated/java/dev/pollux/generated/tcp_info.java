// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct tcp_info {
 *     __u8 tcpi_state;
 *     __u8 tcpi_ca_state;
 *     __u8 tcpi_retransmits;
 *     __u8 tcpi_probes;
 *     __u8 tcpi_backoff;
 *     __u8 tcpi_options;
 *     __u8 tcpi_snd_wscale : 4;
 *     __u8 tcpi_rcv_wscale : 4;
 *     __u8 tcpi_delivery_rate_app_limited : 1;
 *     __u8 tcpi_fastopen_client_fail : 2;
 *     __u32 tcpi_rto;
 *     __u32 tcpi_ato;
 *     __u32 tcpi_snd_mss;
 *     __u32 tcpi_rcv_mss;
 *     __u32 tcpi_unacked;
 *     __u32 tcpi_sacked;
 *     __u32 tcpi_lost;
 *     __u32 tcpi_retrans;
 *     __u32 tcpi_fackets;
 *     __u32 tcpi_last_data_sent;
 *     __u32 tcpi_last_ack_sent;
 *     __u32 tcpi_last_data_recv;
 *     __u32 tcpi_last_ack_recv;
 *     __u32 tcpi_pmtu;
 *     __u32 tcpi_rcv_ssthresh;
 *     __u32 tcpi_rtt;
 *     __u32 tcpi_rttvar;
 *     __u32 tcpi_snd_ssthresh;
 *     __u32 tcpi_snd_cwnd;
 *     __u32 tcpi_advmss;
 *     __u32 tcpi_reordering;
 *     __u32 tcpi_rcv_rtt;
 *     __u32 tcpi_rcv_space;
 *     __u32 tcpi_total_retrans;
 *     __u64 tcpi_pacing_rate;
 *     __u64 tcpi_max_pacing_rate;
 *     __u64 tcpi_bytes_acked;
 *     __u64 tcpi_bytes_received;
 *     __u32 tcpi_segs_out;
 *     __u32 tcpi_segs_in;
 *     __u32 tcpi_notsent_bytes;
 *     __u32 tcpi_min_rtt;
 *     __u32 tcpi_data_segs_in;
 *     __u32 tcpi_data_segs_out;
 *     __u64 tcpi_delivery_rate;
 *     __u64 tcpi_busy_time;
 *     __u64 tcpi_rwnd_limited;
 *     __u64 tcpi_sndbuf_limited;
 *     __u32 tcpi_delivered;
 *     __u32 tcpi_delivered_ce;
 *     __u64 tcpi_bytes_sent;
 *     __u64 tcpi_bytes_retrans;
 *     __u32 tcpi_dsack_dups;
 *     __u32 tcpi_reord_seen;
 *     __u32 tcpi_rcv_ooopack;
 *     __u32 tcpi_snd_wnd;
 * }
 * }
 */
public final class tcp_info {
    private tcp_info() { }

    public static long sizeof() {
        return 232;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(232, 8);
    }

    public static long tcpi_state$offset() {
        return 0;
    }

    public static byte tcpi_state(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 0);
    }

    public static void tcpi_state(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 0, value);
    }

    public static long tcpi_ca_state$offset() {
        return 1;
    }

    public static byte tcpi_ca_state(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 1);
    }

    public static void tcpi_ca_state(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 1, value);
    }

    public static long tcpi_retransmits$offset() {
        return 2;
    }

    public static byte tcpi_retransmits(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 2);
    }

    public static void tcpi_retransmits(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 2, value);
    }

    public static long tcpi_probes$offset() {
        return 3;
    }

    public static byte tcpi_probes(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 3);
    }

    public static void tcpi_probes(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 3, value);
    }

    public static long tcpi_backoff$offset() {
        return 4;
    }

    public static byte tcpi_backoff(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 4);
    }

    public static void tcpi_backoff(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 4, value);
    }

    public static long tcpi_options$offset() {
        return 5;
    }

    public static byte tcpi_options(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 5);
    }

    public static void tcpi_options(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 5, value);
    }

    public static long tcpi_rto$offset() {
        return 8;
    }

    public static int tcpi_rto(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void tcpi_rto(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long tcpi_ato$offset() {
        return 12;
    }

    public static int tcpi_ato(MemorySegment struct) {
        return struct.get(JAVA_INT, 12);
    }

    public static void tcpi_ato(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 12, value);
    }

    public static long tcpi_snd_mss$offset() {
        return 16;
    }

    public static int tcpi_snd_mss(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void tcpi_snd_mss(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long tcpi_rcv_mss$offset() {
        return 20;
    }

    public static int tcpi_rcv_mss(MemorySegment struct) {
        return struct.get(JAVA_INT, 20);
    }

    public static void tcpi_rcv_mss(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 20, value);
    }

    public static long tcpi_unacked$offset() {
        return 24;
    }

    public static int tcpi_unacked(MemorySegment struct) {
        return struct.get(JAVA_INT, 24);
    }

    public static void tcpi_unacked(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 24, value);
    }

    public static long tcpi_sacked$offset() {
        return 28;
    }

    public static int tcpi_sacked(MemorySegment struct) {
        return struct.get(JAVA_INT, 28);
    }

    public static void tcpi_sacked(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 28, value);
    }

    public static long tcpi_lost$offset() {
        return 32;
    }

    public static int tcpi_lost(MemorySegment struct) {
        return struct.get(JAVA_INT, 32);
    }

    public static void tcpi_lost(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 32, value);
    }

    public static long tcpi_retrans$offset() {
        return 36;
    }

    public static int tcpi_retrans(MemorySegment struct) {
        return struct.get(JAVA_INT, 36);
    }

    public static void tcpi_retrans(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 36, value);
    }

    public static long tcpi_fackets$offset() {
        return 40;
    }

    public static int tcpi_fackets(MemorySegment struct) {
        return struct.get(JAVA_INT, 40);
    }

    public static void tcpi_fackets(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 40, value);
    }

    public static long tcpi_last_data_sent$offset() {
        return 44;
    }

    public static int tcpi_last_data_sent(MemorySegment struct) {
        return struct.get(JAVA_INT, 44);
    }

    public static void tcpi_last_data_sent(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 44, value);
    }

    public static long tcpi_last_ack_sent$offset() {
        return 48;
    }

    public static int tcpi_last_ack_sent(MemorySegment struct) {
        return struct.get(JAVA_INT, 48);
    }

    public static void tcpi_last_ack_sent(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 48, value);
    }

    public static long tcpi_last_data_recv$offset() {
        return 52;
    }

    public static int tcpi_last_data_recv(MemorySegment struct) {
        return struct.get(JAVA_INT, 52);
    }

    public static void tcpi_last_data_recv(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 52, value);
    }

    public static long tcpi_last_ack_recv$offset() {
        return 56;
    }

    public static int tcpi_last_ack_recv(MemorySegment struct) {
        return struct.get(JAVA_INT, 56);
    }

    public static void tcpi_last_ack_recv(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 56, value);
    }

    public static long tcpi_pmtu$offset() {
        return 60;
    }

    public static int tcpi_pmtu(MemorySegment struct) {
        return struct.get(JAVA_INT, 60);
    }

    public static void tcpi_pmtu(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 60, value);
    }

    public static long tcpi_rcv_ssthresh$offset() {
        return 64;
    }

    public static int tcpi_rcv_ssthresh(MemorySegment struct) {
        return struct.get(JAVA_INT, 64);
    }

    public static void tcpi_rcv_ssthresh(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 64, value);
    }

    public static long tcpi_rtt$offset() {
        return 68;
    }

    public static int tcpi_rtt(MemorySegment struct) {
        return struct.get(JAVA_INT, 68);
    }

    public static void tcpi_rtt(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 68, value);
    }

    public static long tcpi_rttvar$offset() {
        return 72;
    }

    public static int tcpi_rttvar(MemorySegment struct) {
        return struct.get(JAVA_INT, 72);
    }

    public static void tcpi_rttvar(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 72, value);
    }

    public static long tcpi_snd_ssthresh$offset() {
        return 76;
    }

    public static int tcpi_snd_ssthresh(MemorySegment struct) {
        return struct.get(JAVA_INT, 76);
    }

    public static void tcpi_snd_ssthresh(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 76, value);
    }

    public static long tcpi_snd_cwnd$offset() {
        return 80;
    }

    public static int tcpi_snd_cwnd(MemorySegment struct) {
        return struct.get(JAVA_INT, 80);
    }

    public static void tcpi_snd_cwnd(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 80, value);
    }

    public static long tcpi_advmss$offset() {
        return 84;
    }

    public static int tcpi_advmss(MemorySegment struct) {
        return struct.get(JAVA_INT, 84);
    }

    public static void tcpi_advmss(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 84, value);
    }

    public static long tcpi_reordering$offset() {
        return 88;
    }

    public static int tcpi_reordering(MemorySegment struct) {
        return struct.get(JAVA_INT, 88);
    }

    public static void tcpi_reordering(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 88, value);
    }

    public static long tcpi_rcv_rtt$offset() {
        return 92;
    }

    public static int tcpi_rcv_rtt(MemorySegment struct) {
        return struct.get(JAVA_INT, 92);
    }

    public static void tcpi_rcv_rtt(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 92, value);
    }

    public static long tcpi_rcv_space$offset() {
        return 96;
    }

    public static int tcpi_rcv_space(MemorySegment struct) {
        return struct.get(JAVA_INT, 96);
    }

    public static void tcpi_rcv_space(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 96, value);
    }

    public static long tcpi_total_retrans$offset() {
        return 100;
    }

    public static int tcpi_total_retrans(MemorySegment struct) {
        return struct.get(JAVA_INT, 100);
    }

    public static void tcpi_total_retrans(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 100, value);
    }

    public static long tcpi_pacing_rate$offset() {
        return 104;
    }

    public static long tcpi_pacing_rate(MemorySegment struct) {
        return struct.get(JAVA_LONG, 104);
    }

    public static void tcpi_pacing_rate(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 104, value);
    }

    public static long tcpi_max_pacing_rate$offset() {
        return 112;
    }

    public static long tcpi_max_pacing_rate(MemorySegment struct) {
        return struct.get(JAVA_LONG, 112);
    }

    public static void tcpi_max_pacing_rate(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 112, value);
    }

    public static long tcpi_bytes_acked$offset() {
        return 120;
    }

    public static long tcpi_bytes_acked(MemorySegment struct) {
        return struct.get(JAVA_LONG, 120);
    }

    public static void tcpi_bytes_acked(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 120, value);
    }

    public static long tcpi_bytes_received$offset() {
        return 128;
    }

    public static long tcpi_bytes_received(MemorySegment struct) {
        return struct.get(JAVA_LONG, 128);
    }

    public static void tcpi_bytes_received(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 128, value);
    }

    public static long tcpi_segs_out$offset() {
        return 136;
    }

    public static int tcpi_segs_out(MemorySegment struct) {
        return struct.get(JAVA_INT, 136);
    }

    public static void tcpi_segs_out(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 136, value);
    }

    public static long tcpi_segs_in$offset() {
        return 140;
    }

    public static int tcpi_segs_in(MemorySegment struct) {
        return struct.get(JAVA_INT, 140);
    }

    public static void tcpi_segs_in(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 140, value);
    }

    public static long tcpi_notsent_bytes$offset() {
        return 144;
    }

    public static int tcpi_notsent_bytes(MemorySegment struct) {
        return struct.get(JAVA_INT, 144);
    }

    public static void tcpi_notsent_bytes(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 144, value);
    }

    public static long tcpi_min_rtt$offset() {
        return 148;
    }

    public static int tcpi_min_rtt(MemorySegment struct) {
        return struct.get(JAVA_INT, 148);
    }

    public static void tcpi_min_rtt(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 148, value);
    }

    public static long tcpi_data_segs_in$offset() {
        return 152;
    }

    public static int tcpi_data_segs_in(MemorySegment struct) {
        return struct.get(JAVA_INT, 152);
    }

    public static void tcpi_data_segs_in(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 152, value);
    }

    public static long tcpi_data_segs_out$offset() {
        return 156;
    }

    public static int tcpi_data_segs_out(MemorySegment struct) {
        return struct.get(JAVA_INT, 156);
    }

    public static void tcpi_data_segs_out(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 156, value);
    }

    public static long tcpi_delivery_rate$offset() {
        return 160;
    }

    public static long tcpi_delivery_rate(MemorySegment struct) {
        return struct.get(JAVA_LONG, 160);
    }

    public static void tcpi_delivery_rate(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 160, value);
    }

    public static long tcpi_busy_time$offset() {
        return 168;
    }

    public static long tcpi_busy_time(MemorySegment struct) {
        return struct.get(JAVA_LONG, 168);
    }

    public static void tcpi_busy_time(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 168, value);
    }

    public static long tcpi_rwnd_limited$offset() {
        return 176;
    }

    public static long tcpi_rwnd_limited(MemorySegment struct) {
        return struct.get(JAVA_LONG, 176);
    }

    public static void tcpi_rwnd_limited(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 176, value);
    }

    public static long tcpi_sndbuf_limited$offset() {
        return 184;
    }

    public static long tcpi_sndbuf_limited(MemorySegment struct) {
        return struct.get(JAVA_LONG, 184);
    }

    public static void tcpi_sndbuf_limited(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 184, value);
    }

    public static long tcpi_delivered$offset() {
        return 192;
    }

    public static int tcpi_delivered(MemorySegment struct) {
        return struct.get(JAVA_INT, 192);
    }

    public static void tcpi_delivered(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 192, value);
    }

    public static long tcpi_delivered_ce$offset() {
        return 196;
    }

    public static int tcpi_delivered_ce(MemorySegment struct) {
        return struct.get(JAVA_INT, 196);
    }

    public static void tcpi_delivered_ce(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 196, value);
    }

    public static long tcpi_bytes_sent$offset() {
        return 200;
    }

    public static long tcpi_bytes_sent(MemorySegment struct) {
        return struct.get(JAVA_LONG, 200);
    }

    public static void tcpi_bytes_sent(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 200, value);
    }

    public static long tcpi_bytes_retrans$offset() {
        return 208;
    }

    public static long tcpi_bytes_retrans(MemorySegment struct) {
        return struct.get(JAVA_LONG, 208);
    }

    public static void tcpi_bytes_retrans(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 208, value);
    }

    public static long tcpi_dsack_dups$offset() {
        return 216;
    }

    public static int tcpi_dsack_dups(MemorySegment struct) {
        return struct.get(JAVA_INT, 216);
    }

    public static void tcpi_dsack_dups(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 216, value);
    }

    public static long tcpi_reord_seen$offset() {
        return 220;
    }

    public static int tcpi_reord_seen(MemorySegment struct) {
        return struct.get(JAVA_INT, 220);
    }

    public static void tcpi_reord_seen(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 220, value);
    }

    public static long tcpi_rcv_ooopack$offset() {
        return 224;
    }

    public static int tcpi_rcv_ooopack(MemorySegment struct) {
        return struct.get(JAVA_INT, 224);
    }

    public static void tcpi_rcv_ooopack(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 224, value);
    }

    public static long tcpi_snd_wnd$offset() {
        return 228;
    }

    public static int tcpi_snd_wnd(MemorySegment struct) {
        return struct.get(JAVA_INT, 228);
    }

    public static void tcpi_snd_wnd(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 228, value);
    }
}
