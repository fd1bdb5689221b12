/* Reset and vector table for Armv6-M to Armv8.1-M: enables the FPU, sets memory up, runs main, ends the emulation. */
#include <stdint.h>
#include <string.h>

#include "semihosting.h"

extern uint8_t stack_top[], data_start[], data_end[], data_load[], bss_start[], bss_end[];
int main(void);

static void fault_handler(void)
{
    semihosting_print("fault\n");
    semihosting_exit(99);
}

void reset_handler(void)
{
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    /* CPACR: full access to coprocessors 10 and 11. */
    *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
#if defined(__ARM_FEATURE_MVE)
    /* CCR: low-overhead loops and branch prediction. */
    *(volatile uint32_t *)0xE000ED14u |= (1u << 19) | (1u << 18);
    __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
    memcpy(data_start, data_load, (size_t)(data_end - data_start));
    memset(bss_start, 0, (size_t)(bss_end - bss_start));
    semihosting_exit(main());
}

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    (vector)(uintptr_t)stack_top,
    reset_handler,
    fault_handler, /* NMI */
    fault_handler, /* hard fault */
    fault_handler, /* memory management */
    fault_handler, /* bus fault */
    fault_handler, /* usage fault */
    fault_handler, /* secure fault */
    0,
    0,
    0,
    fault_handler, /* SVCall */
    fault_handler, /* debug monitor */
    0,
    fault_handler, /* PendSV */
    fault_handler, /* SysTick */
};
