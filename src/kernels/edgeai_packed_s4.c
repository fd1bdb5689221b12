#include "edgeai_packed_s4.h"

#include "edgeai_packed_finish_s8.h"

/* Adds both lanes of a word to a sum. */
static inline uint32_t add_lanes(uint32_t sum, uint32_t lanes)
{
#if EDGEAI_DSP
    __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(lanes), "r"(0x00010001u));
    return sum;
#else
    const int32_t both = (int16_t)lanes + (int16_t)(lanes >> 16);
    return sum + (uint32_t)both;
#endif
}

void edgeai_packed_offsets_s4(const uint32_t *x, int32_t steps, uint32_t *offsets)
{
    uint32_t a = 0;
    uint32_t b = 0;
    uint32_t c = 0;
    for (int32_t i = 0; i < 2 * steps; i++) {
        a = add_lanes(a, x[0]);
        b = add_lanes(b, x[1]);
        c = add_lanes(c, x[2]);
        x += 3;
    }
    offsets[0] = 0u - 8u * a;
    offsets[1] = 0u - 8u * b;
    offsets[2] = 0u - 8u * c;
}

uint32_t edgeai_packed_offset_s4(const int8_t *x, int32_t depth)
{
    uint32_t sum = 0;
    for (int32_t k = 0; k < depth; k += 4) {
        const uint32_t bytes = edgeai_load_word(x + k);
        sum = add_lanes(add_lanes(sum, edgeai_even_lanes(bytes)), edgeai_odd_lanes(bytes));
    }
    return 0u - 8u * sum;
}

#if EDGEAI_DSP

/* r0 x, r1 weights, r2 r3 lanes of weights, r4-r6 sums of raw lanes, r7-r9 sums of A, r10-r12 lanes of the three rows, r14 steps.
 * On the stack: the three places of y, channels, their end, x, steps, the three offsets. */
#define FOUR_DEPTHS(before) \
    "ldr r3, [r1], #4\n" \
    "ldmia r0!, {r10, r11, r12}\n" \
    "and r2, r3, #0x0f0f0f0f\n" \
    "smlad r4, r2, r10, r4\n" \
    "smlad r5, r2, r11, r5\n" \
    "smlad r6, r2, r12, r6\n" \
    "sxtb16 r2, r2\n" \
    "smlad r7, r2, r10, r7\n" \
    "smlad r8, r2, r11, r8\n" \
    "smlad r9, r2, r12, r9\n" \
    "lsr r3, r3, #4\n" \
    "ldmia r0!, {r10, r11, r12}\n" before \
    "and r3, r3, #0x0f0f0f0f\n" \
    "smlad r4, r3, r10, r4\n" \
    "smlad r5, r3, r11, r5\n" \
    "smlad r6, r3, r12, r6\n" \
    "sxtb16 r3, r3\n" \
    "smlad r7, r3, r10, r7\n" \
    "smlad r8, r3, r11, r8\n" \
    "smlad r9, r3, r12, r9\n"

/* Where the sums of a row start: both, those of raw lanes and of A, with the offset of the row. */
#define START(both, a, offset) \
    "add " both ", r4, " offset "\nadd " both ", " both ", " offset ", lsl #8\nadd " a ", r7, " offset "\n"

#define TILE(name, finish_a, finish_b) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" \
        "push {r4-r11, lr}\n" \
        "sub sp, sp, #44\n" \
        "ldr r12, [r0, #28]\n" \
        "add r8, r0, #32\n" \
        "ldmia r8, {r8, r9, r10}\n" \
        "ldmia r0, {r1-r7}\n" \
        "stmia sp, {r1-r10}\n" \
        "mov r14, r4\n" \
        "mov r1, r12\n" \
        "1:\n" \
        "ldmia r14!, {r4, r7}\n" \
        "str r14, [sp, #12]\n" \
        "add r12, sp, #28\n" \
        "ldmia r12, {r10, r11, r12}\n" \
        START("r5", "r8", "r11") START("r6", "r9", "r12") START("r4", "r7", "r10") \
        "ldrd r0, r14, [sp, #20]\n" \
        "lsrs r14, r14, #1\n" \
        "bcc 3f\n" \
        "2:\n" FOUR_DEPTHS("") \
        "3:\n" FOUR_DEPTHS("subs r14, r14, #1\n") \
        "bne 2b\n" \
        "ldr r14, [sp, #12]\n" \
        "sub r4, r4, r7\n" \
        "sub r5, r5, r8\n" \
        "sub r6, r6, r9\n" \
        "ldmia r14!, {r0, r2, r3}\n" finish_a("r7") finish_a("r8") finish_a("r9") \
        "ldmia r14!, {r0, r2, r3}\n" finish_b("r4") finish_b("r5") finish_b("r6") \
        "ldmia sp, {r0, r2, r3}\n" \
        "strb r7, [r0], #1\n" \
        "strb r8, [r2], #1\n" \
        "strb r9, [r3], #1\n" \
        "strb r4, [r0], #1\n" \
        "strb r5, [r2], #1\n" \
        "strb r6, [r3], #1\n" \
        "stmia sp, {r0, r2, r3}\n" \
        "ldr r0, [sp, #16]\n" \
        "cmp r14, r0\n" \
        "bne 1b\n" \
        "add sp, sp, #44\n" \
        "pop {r4-r11, pc}\n" \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

TILE("edgeai_packed_tile_rectified_s4", EDGEAI_RECTIFIED_A, EDGEAI_RECTIFIED_B);
TILE("edgeai_packed_tile_linear_s4", EDGEAI_LINEAR_A, EDGEAI_LINEAR_B);

/* Four depths of four channels. */
#define FOUR_BY_FOUR \
    "ldr r7, [r0], #4\n" \
    "ldrd r4, r5, [r1], #8\n" \
    "sxtb16 r6, r7\n" \
    "sxtb16 r7, r7, ror #8\n" \
    "and r2, r4, #0x0f0f0f0f\n" \
    "and r3, r5, #0x0f0f0f0f\n" \
    "smlad r8, r2, r6, r8\n" \
    "smlad r10, r3, r6, r10\n" \
    "sxtb16 r2, r2\n" \
    "sxtb16 r3, r3\n" \
    "smlad r9, r2, r6, r9\n" \
    "smlad r11, r3, r6, r11\n" \
    "lsr r4, r4, #4\n" \
    "lsr r5, r5, #4\n" \
    "and r4, r4, #0x0f0f0f0f\n" \
    "and r5, r5, #0x0f0f0f0f\n" \
    "smlad r8, r4, r7, r8\n" \
    "smlad r10, r5, r7, r10\n" \
    "sxtb16 r4, r4\n" \
    "sxtb16 r5, r5\n" \
    "smlad r9, r4, r7, r9\n" \
    "smlad r11, r5, r7, r11\n"

/* r0 x, r1 weights, r2-r5 words of weights, r6 r7 lanes, r8-r11 sums of raw lanes and of A of both pairs, r14 steps.
 * On the stack: y, channels, their end, x, steps, the offset. */
#define ROW(name, finish_a, finish_b) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" \
        "push {r4-r11, lr}\n" \
        "sub sp, sp, #28\n" \
        "ldmia r0, {r1-r7}\n" \
        "stmia sp, {r2, r3, r4}\n" \
        "strd r1, r6, [sp, #12]\n" \
        "str r7, [sp, #20]\n" \
        "mov r1, r5\n" \
        "mov r12, r3\n" \
        "1:\n" \
        "ldrd r8, r9, [r12]\n" \
        "ldrd r10, r11, [r12, #32]\n" \
        "ldr r2, [sp, #20]\n" \
        "add r8, r8, r2\n" \
        "add r8, r8, r2, lsl #8\n" \
        "add r9, r9, r2\n" \
        "add r10, r10, r2\n" \
        "add r10, r10, r2, lsl #8\n" \
        "add r11, r11, r2\n" \
        "ldrd r0, r14, [sp, #12]\n" \
        "lsrs r14, r14, #1\n" \
        "bcc 3f\n" \
        "2:\n" FOUR_BY_FOUR \
        "3:\n" FOUR_BY_FOUR \
        "subs r14, r14, #1\n" \
        "bne 2b\n" \
        "sub r8, r8, r9\n" \
        "sub r4, r10, r11\n" \
        "mov r7, r11\n" \
        "ldr r6, [sp]\n" \
        "add r12, r12, #8\n" \
        "ldmia r12!, {r0, r2, r3}\n" finish_a("r9") \
        "ldmia r12!, {r0, r2, r3}\n" finish_b("r8") \
        "add r12, r12, #8\n" \
        "ldmia r12!, {r0, r2, r3}\n" finish_a("r7") \
        "ldmia r12!, {r0, r2, r3}\n" finish_b("r4") \
        "strb r9, [r6], #1\n" \
        "strb r8, [r6], #1\n" \
        "strb r7, [r6], #1\n" \
        "strb r4, [r6], #1\n" \
        "str r6, [sp]\n" \
        "ldr r0, [sp, #8]\n" \
        "cmp r12, r0\n" \
        "bne 1b\n" \
        "add sp, sp, #28\n" \
        "pop {r4-r11, pc}\n" \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

ROW("edgeai_packed_row_rectified_s4", EDGEAI_RECTIFIED_A, EDGEAI_RECTIFIED_B);
ROW("edgeai_packed_row_linear_s4", EDGEAI_LINEAR_A, EDGEAI_LINEAR_B);

#else

/* Adds the products of two lanes of x with a byte for A and one for B each. */
static void add_products(uint32_t lanes, uint32_t weights, uint32_t *a, uint32_t *both)
{
    const int32_t x0 = (int16_t)lanes;
    const int32_t x1 = (int16_t)(lanes >> 16);
    *both += (uint32_t)(x0 * (int32_t)(weights & 0xFFFFu)) + (uint32_t)(x1 * (int32_t)(weights >> 16));
    *a += (uint32_t)(x0 * (int32_t)(weights & 0xFFu)) + (uint32_t)(x1 * (int32_t)(weights >> 16 & 0xFFu));
}

static void multiply_tile(const edgeai_packed_tile_s4 *nibbles, int is_linear)
{
    const edgeai_packed_tile_s8 *tile = &nibbles->tile;
    const int32_t words = (int32_t)(tile->steps - 1);
    const uint32_t *weights = tile->weights;
    int32_t at = 0;
    for (const int32_t *channel = tile->channels; channel != tile->channels_end; channel += EDGEAI_PACKED_CHANNEL_WORDS) {
        for (int32_t row = 0; row < 3; row++) {
            const uint32_t offset = nibbles->offsets[row];
            uint32_t both = (uint32_t)channel[0] + offset * 257u;
            uint32_t a = (uint32_t)channel[1] + offset;
            for (int32_t i = 0; i < words; i++) {
                add_products(tile->x[6 * i + row], weights[i] & 0x0F0F0F0Fu, &a, &both);
                add_products(tile->x[6 * i + 3 + row], weights[i] >> 4 & 0x0F0F0F0Fu, &a, &both);
            }
            edgeai_packed_finish(tile->y[row] + at, (int32_t)a, (int32_t)(both - a), channel, is_linear);
        }
        weights += words;
        at += 2;
    }
}

static void multiply_row(const edgeai_packed_row_s4 *row, int is_linear)
{
    const int32_t words = (int32_t)(row->steps - 1);
    const uint32_t *weights = row->weights;
    int8_t *y = row->y;
    for (const int32_t *channel = row->channels; channel != row->channels_end; channel += EDGEAI_PACKED_CHANNEL_WORDS) {
        const uint32_t *w = weights;
        uint32_t both = (uint32_t)channel[0] + row->offset * 257u;
        uint32_t a = (uint32_t)channel[1] + row->offset;
        for (int32_t i = 0; i < words; i++) {
            const uint32_t bytes = edgeai_load_word(row->x + 4 * i);
            add_products(edgeai_even_lanes(bytes), *w & 0x0F0F0F0Fu, &a, &both);
            add_products(edgeai_odd_lanes(bytes), *w >> 4 & 0x0F0F0F0Fu, &a, &both);
            w += 2;
        }
        edgeai_packed_finish(y, (int32_t)a, (int32_t)(both - a), channel, is_linear);
        y += 2;
        /* The second pair of a group begins one word behind the first, the next group where this one ends. */
        weights = (channel - row->channels) % (2 * EDGEAI_PACKED_CHANNEL_WORDS) == 0 ? weights + 1 : w - 1;
    }
}

void edgeai_packed_tile_rectified_s4(const edgeai_packed_tile_s4 *nibbles)
{
    multiply_tile(nibbles, 0);
}

void edgeai_packed_tile_linear_s4(const edgeai_packed_tile_s4 *nibbles)
{
    multiply_tile(nibbles, 1);
}

void edgeai_packed_row_rectified_s4(const edgeai_packed_row_s4 *row)
{
    multiply_row(row, 0);
}

void edgeai_packed_row_linear_s4(const edgeai_packed_row_s4 *row)
{
    multiply_row(row, 1);
}

#endif
