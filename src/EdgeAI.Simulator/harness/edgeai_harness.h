/* What the simulation's main program asks of the machine it runs on: files, a counter of executed instructions, the stack's extent. */
#ifndef EDGEAI_HARNESS_H
#define EDGEAI_HARNESS_H
#include <stddef.h>
#include <stdint.h>

enum { HARNESS_READ = 0, HARNESS_WRITE = 1 };

int harness_open(const char *name, int mode);                /* a handle, or negative */
int harness_read(int file, void *to, size_t size);           /* 0 when all was read */
int harness_write(int file, const void *from, size_t size);  /* 0 when all was written */
void harness_close(int file);
uint32_t harness_ticks(void);                                /* runs up, wraps at 2^32; 0 on machines without a counter */
void harness_paint_stack(void);                              /* fills the free stack with a pattern */
uint32_t harness_stack_used(void);                           /* bytes below the caller that lost the pattern */
int harness_main(void);

#endif
