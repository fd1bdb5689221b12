/* The harness on an emulated RISC-V board: reset, the call of semihosting (RISC-V semihosting specification), the counter of retired
 * instructions. */
#include "edgeai_harness.h"
#include "edgeai_board.h"

__asm__(
    ".pushsection .vectors, \"ax\", @progbits\n"
    ".option push\n"
    ".option arch, +zicsr\n"
    ".global harness_reset\n"
    "harness_reset:\n"
    "la sp, harness_stack_top\n"
    "la t0, harness_trap\n"
    "csrw mtvec, t0\n"
    "tail harness_start\n"
    ".balign 4\n"
    "harness_trap:\n"
    "tail harness_fault\n"
    ".option pop\n"
    ".popsection\n");

/* The three instructions are the call; they must not be compressed and lie in one page. */
int harness_semihost(int operation, const void *block)
{
    register int a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = block;
    __asm__ volatile(
        ".option push\n.option norvc\n.balign 16\nslli zero, zero, 0x1f\nebreak\nsrai zero, zero, 7\n.option pop"
        : "+r"(a0) : "r"(a1) : "memory");
    return a0;
}

uint32_t harness_ticks(void)
{
    uint32_t count;
    __asm__ volatile(".option push\n.option arch, +zicsr\ncsrr %0, minstret\n.option pop" : "=r"(count) : : "memory");
    return count;
}
