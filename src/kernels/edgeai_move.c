#include "edgeai_move.h"

/* Words may hold values of any type. */
#if defined(__GNUC__)
typedef uint32_t __attribute__((may_alias)) word;
#else
typedef uint32_t word;
#endif

#define STEP 16u

static int is_aligned(const void *bytes)
{
    return ((uintptr_t)bytes & 3u) == 0;
}

/* Sixteen bytes are read before any of them is written. */
static void move_block(uint8_t *to, const uint8_t *from)
{
    const word *source = (const word *)(const void *)from;
    word *target = (word *)(void *)to;
    const uint32_t a = source[0];
    const uint32_t b = source[1];
    const uint32_t c = source[2];
    const uint32_t d = source[3];
    target[0] = a;
    target[1] = b;
    target[2] = c;
    target[3] = d;
}

void edgeai_move(void *to, const void *from, uint32_t count)
{
    uint8_t *target = (uint8_t *)to;
    const uint8_t *source = (const uint8_t *)from;
    const uint32_t blocks = is_aligned(to) && is_aligned(from) ? count / STEP : 0;
    const uint32_t rest = count - blocks * STEP;
    if ((uintptr_t)target <= (uintptr_t)source) {
        for (uint32_t i = 0; i < blocks; i++) {
            move_block(target, source);
            target += STEP;
            source += STEP;
        }
        for (uint32_t i = 0; i < rest; i++) {
            *(volatile uint8_t *)target++ = *source++;
        }
    } else {
        target += count;
        source += count;
        for (uint32_t i = 0; i < rest; i++) {
            *(volatile uint8_t *)--target = *--source;
        }
        for (uint32_t i = 0; i < blocks; i++) {
            target -= STEP;
            source -= STEP;
            move_block(target, source);
        }
    }
}
