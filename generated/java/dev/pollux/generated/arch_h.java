// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import dev.pollux.internal.Architecture;

/** The constants of {@code headers/arch.h}, as they are where this JVM runs. */
public final class arch_h {
    private arch_h() { }

    public static int F_GETLK() {
        return switch (Architecture.CURRENT) {
            case AARCH64 -> dev.pollux.generated.aarch64.arch_h.F_GETLK();
            case RISCV64 -> dev.pollux.generated.riscv64.arch_h.F_GETLK();
            case X86_64 -> dev.pollux.generated.x86_64.arch_h.F_GETLK();
        };
    }

    public static int F_SETLK() {
        return switch (Architecture.CURRENT) {
            case AARCH64 -> dev.pollux.generated.aarch64.arch_h.F_SETLK();
            case RISCV64 -> dev.pollux.generated.riscv64.arch_h.F_SETLK();
            case X86_64 -> dev.pollux.generated.x86_64.arch_h.F_SETLK();
        };
    }

    public static int F_SETLKW() {
        return switch (Architecture.CURRENT) {
            case AARCH64 -> dev.pollux.generated.aarch64.arch_h.F_SETLKW();
            case RISCV64 -> dev.pollux.generated.riscv64.arch_h.F_SETLKW();
            case X86_64 -> dev.pollux.generated.x86_64.arch_h.F_SETLKW();
        };
    }

    public static int O_DIRECTORY() {
        return switch (Architecture.CURRENT) {
            case AARCH64 -> dev.pollux.generated.aarch64.arch_h.O_DIRECTORY();
            case RISCV64 -> dev.pollux.generated.riscv64.arch_h.O_DIRECTORY();
            case X86_64 -> dev.pollux.generated.x86_64.arch_h.O_DIRECTORY();
        };
    }

    public static int O_NOFOLLOW() {
        return switch (Architecture.CURRENT) {
            case AARCH64 -> dev.pollux.generated.aarch64.arch_h.O_NOFOLLOW();
            case RISCV64 -> dev.pollux.generated.riscv64.arch_h.O_NOFOLLOW();
            case X86_64 -> dev.pollux.generated.x86_64.arch_h.O_NOFOLLOW();
        };
    }

    public static int O_DIRECT() {
        return switch (Architecture.CURRENT) {
            case AARCH64 -> dev.pollux.generated.aarch64.arch_h.O_DIRECT();
            case RISCV64 -> dev.pollux.generated.riscv64.arch_h.O_DIRECT();
            case X86_64 -> dev.pollux.generated.x86_64.arch_h.O_DIRECT();
        };
    }

    public static int O_TMPFILE() {
        return switch (Architecture.CURRENT) {
            case AARCH64 -> dev.pollux.generated.aarch64.arch_h.O_TMPFILE();
            case RISCV64 -> dev.pollux.generated.riscv64.arch_h.O_TMPFILE();
            case X86_64 -> dev.pollux.generated.x86_64.arch_h.O_TMPFILE();
        };
    }

    public static int SYS_membarrier() {
        return switch (Architecture.CURRENT) {
            case AARCH64 -> dev.pollux.generated.aarch64.arch_h.SYS_membarrier();
            case RISCV64 -> dev.pollux.generated.riscv64.arch_h.SYS_membarrier();
            case X86_64 -> dev.pollux.generated.x86_64.arch_h.SYS_membarrier();
        };
    }

    public static int SYS_statx() {
        return switch (Architecture.CURRENT) {
            case AARCH64 -> dev.pollux.generated.aarch64.arch_h.SYS_statx();
            case RISCV64 -> dev.pollux.generated.riscv64.arch_h.SYS_statx();
            case X86_64 -> dev.pollux.generated.x86_64.arch_h.SYS_statx();
        };
    }
}
