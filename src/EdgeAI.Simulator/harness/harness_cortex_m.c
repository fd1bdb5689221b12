/* The harness on an emulated Cortex-M board: reset, the call of semihosting, the board's free-running counter, whose address is HARNESS_COUNTER. */
#include "edgeai_harness.h"
#include "edgeai_board.h"

extern uint32_t harness_stack_top;

int harness_semihost(int operation, const void *block)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

uint32_t harness_ticks(void)
{
    return *(volatile uint32_t *)HARNESS_COUNTER;
}

void harness_reset(void);
void harness_reset(void)
{
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20;
    __asm__ volatile("dsb\n isb");
#endif
    harness_start();
}

extern void (*const harness_vectors[16])(void);
__attribute__((section(".vectors"), used)) void (*const harness_vectors[16])(void) = {
    (void (*)(void))&harness_stack_top, harness_reset, harness_fault, harness_fault, harness_fault, harness_fault, harness_fault, harness_fault,
    0, 0, 0, harness_fault, harness_fault, 0, harness_fault, harness_fault
};
