/* What the harness is on every emulated board: files by semihosting (Arm semihosting specification, which RISC-V took over), the painted stack, the
 * start and the end of the program. */
#include "edgeai_harness.h"
#include "edgeai_board.h"

extern uint32_t harness_stack_bottom, harness_data_start, harness_data_end, harness_data_load;
extern uint32_t harness_bss_start, harness_bss_end;

int harness_open(const char *name, int mode)
{
    uint32_t length = 0;
    while (name[length] != 0) {
        length++;
    }
    uint32_t block[3] = { (uint32_t)name, mode == HARNESS_READ ? 1u : 5u, length };
    return harness_semihost(0x01, block);
}

int harness_read(int file, void *to, size_t size)
{
    uint32_t block[3] = { (uint32_t)file, (uint32_t)to, size };
    return size == 0 ? 0 : harness_semihost(0x06, block);
}

int harness_write(int file, const void *from, size_t size)
{
    uint32_t block[3] = { (uint32_t)file, (uint32_t)from, size };
    return size == 0 ? 0 : harness_semihost(0x05, block);
}

void harness_close(int file)
{
    uint32_t block[1] = { (uint32_t)file };
    harness_semihost(0x02, block);
}

static uint32_t *stack_now(void)
{
    uint32_t *sp;
    __asm__ volatile(HARNESS_MOVE " %0, sp" : "=r"(sp));
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

void harness_leave(int code)
{
    uint32_t block[2] = { 0x20026u, (uint32_t)code };
    harness_semihost(0x20, block);
    for (;;) {
    }
}

void harness_start(void)
{
    uint32_t *from = &harness_data_load;
    for (uint32_t *to = &harness_data_start; to < &harness_data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = &harness_bss_start; to < &harness_bss_end;) {
        *to++ = 0;
    }
    harness_leave(harness_main());
}

void harness_fault(void)
{
    harness_leave(99);
}
