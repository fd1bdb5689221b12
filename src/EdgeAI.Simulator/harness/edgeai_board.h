/* Between the parts of the harness on an emulated board: what each processor does in its own way, and what it starts. */
#ifndef EDGEAI_BOARD_H
#define EDGEAI_BOARD_H

#if defined(__riscv)
#define HARNESS_MOVE "mv"
#else
#define HARNESS_MOVE "mov"
#endif

int harness_semihost(int operation, const void *block);
void harness_start(void);
void harness_fault(void);
void harness_leave(int code);

#endif
