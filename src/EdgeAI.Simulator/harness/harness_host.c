/* The harness on the machine that builds. */
#include "edgeai_harness.h"
#include <stdio.h>

static FILE *files[8];

int harness_open(const char *name, int mode)
{
    for (int i = 0; i < 8; i++) {
        if (files[i] == NULL) {
            files[i] = fopen(name, mode == HARNESS_READ ? "rb" : "wb");
            if (files[i] == NULL) {
                return -1;
            }
#if defined(HARNESS_TRACE)
            setvbuf(files[i], NULL, _IONBF, 0); /* what was written is there after a crash */
#endif
            return i;
        }
    }
    return -1;
}

int harness_read(int file, void *to, size_t size)
{
    return size == 0 || fread(to, 1, size, files[file]) == size ? 0 : 1;
}

int harness_write(int file, const void *from, size_t size)
{
    return size == 0 || fwrite(from, 1, size, files[file]) == size ? 0 : 1;
}

void harness_close(int file)
{
    fclose(files[file]);
    files[file] = NULL;
}

uint32_t harness_ticks(void) { return 0; }
void harness_paint_stack(void) { }
uint32_t harness_stack_used(void) { return 0; }

int main(void) { return harness_main(); }
