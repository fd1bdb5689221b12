/* The harness on an emulated Cortex-M board: reset, semihosting files (Arm semihosting specification), the board's free-running
 * counter, the painted stack. HARNESS_COUNTER is the counter's address. */
#include "edgeai_harness.h"

extern uint32_t harness_stack_top, harness_stack_bottom, harness_data_start, harness_data_end, harness_data_load;
extern uint32_t harness_bss_start, harness_bss_end;

static int semihost(int operation, const void *block)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

int harness_open(const char *name, int mode)
{
    uint32_t length = 0;
    while (name[length] != 0) {
        length++;
    }
    uint32_t block[3] = { (uint32_t)name, mode == HARNESS_READ ? 1u : 5u, length };
    return semihost(0x01, block);
}

int harness_read(int file, void *to, size_t size)
{
    uint32_t block[3] = { (uint32_t)file, (uint32_t)to, size };
    return size == 0 ? 0 : semihost(0x06, block);
}

int harness_write(int file, const void *from, size_t size)
{
    uint32_t block[3] = { (uint32_t)file, (uint32_t)from, size };
    return size == 0 ? 0 : semihost(0x05, block);
}

void harness_close(int file)
{
    uint32_t block[1] = { (uint32_t)file };
    semihost(0x02, block);
}

uint32_t harness_ticks(void)
{
    return *(volatile uint32_t *)HARNESS_COUNTER;
}

static uint32_t *stack_now(void)
{
    uint32_t *sp;
    __asm__ volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

static uint32_t *painted_to;

__attribute__((noinline)) void harness_paint_stack(void)
{
    painted_to = stack_now() - 8;
    for (volatile uint32_t *at = &harness_stack_bottom; at < painted_to; at++) {
        *at = 0xA5C35A3Cu;
    }
}

__attribute__((noinline)) uint32_t harness_stack_used(void)
{
    const uint32_t *at = &harness_stack_bottom;
    while (at < painted_to && *at == 0xA5C35A3Cu) {
        at++;
    }
    return (uint32_t)((const char *)stack_now() - (const char *)at);
}

static void leave(int code)
{
    uint32_t block[2] = { 0x20026u, (uint32_t)code };
    semihost(0x20, block);
    for (;;) {
    }
}

void harness_reset(void);
void harness_reset(void)
{
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20;
    __asm__ volatile("dsb\n isb");
#endif
    uint32_t *from = &harness_data_load;
    for (uint32_t *to = &harness_data_start; to < &harness_data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = &harness_bss_start; to < &harness_bss_end;) {
        *to++ = 0;
    }
    leave(harness_main());
}

static void fault(void)
{
    leave(99);
}

extern void (*const harness_vectors[16])(void);
__attribute__((section(".vectors"), used)) void (*const harness_vectors[16])(void) = {
    (void (*)(void))&harness_stack_top, harness_reset, fault, fault, fault, fault, fault, fault, 0, 0, 0, fault, fault, 0, fault, fault
};
