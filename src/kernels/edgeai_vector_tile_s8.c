#include "edgeai_vector_tile_s8.h"

#if EDGEAI_MVE

/* r1 r3 x of both rows, r5 weights, r7 blocks left, r9 channels, r11 tile; sums of the first row in r0 r2 r4 r6, of the second in
 * r8 r10 r12 r14; q4 zero point, q5 and q6 limits, q7 zeros. */
#define BLOCK(predicated, first, second) \
    predicated first second \
    "vldrb.8 q2, [r5], #16\n" \
    "vldrb.8 q3, [r5], #16\n" \
    "vmladava.s8 r0, q0, q2\n" \
    "vmladava.s8 r8, q1, q2\n" \
    "vldrb.8 q2, [r5], #16\n" \
    "vmladava.s8 r2, q0, q3\n" \
    "vmladava.s8 r10, q1, q3\n" \
    "vldrb.8 q3, [r5], #16\n" \
    "vmladava.s8 r4, q0, q2\n" \
    "vmladava.s8 r12, q1, q2\n" \
    "vmladava.s8 r6, q0, q3\n" \
    "vmladava.s8 r14, q1, q3\n"

/* Sums in q0 and q1, factors in q2, shifts in q3: edgeai_requantize_lanes. */
#define RECTIFIED \
    "vqrdmulh.s32 q0, q0, q2\n" \
    "vqrdmulh.s32 q1, q1, q2\n" \
    "vrshl.s32 q0, q0, q3\n" \
    "vrshl.s32 q1, q1, q3\n"
#define LINEAR_ROW(x) \
    "vand q2, " x ", q3\n" \
    "vshr.s32 q2, q2, #31\n" \
    "vqadd.s32 " x ", " x ", q2\n" \
    "vrshl.s32 " x ", " x ", q3\n"
#define LINEAR \
    "vmax.s32 q7, q3, q7\n" \
    "vshl.s32 q0, q0, q7\n" \
    "vshl.s32 q1, q1, q7\n" \
    "vmov.i32 q7, #0\n" \
    "vmin.s32 q3, q3, q7\n" \
    "vqrdmulh.s32 q0, q0, q2\n" \
    "vqrdmulh.s32 q1, q1, q2\n" \
    LINEAR_ROW("q0") LINEAR_ROW("q1")

#define TILE(name, scale) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" \
        "push {r4-r11, lr}\n" \
        "sub sp, sp, #4\n" \
        "vpush {d8-d15}\n" \
        "mov r11, r0\n" \
        "ldrd r5, r9, [r11, #16]\n" \
        "ldrd r1, r2, [r11, #36]\n" \
        "ldr r3, [r11, #44]\n" \
        "vdup.32 q4, r1\n" \
        "vdup.32 q5, r2\n" \
        "vdup.32 q6, r3\n" \
        "vmov.i32 q7, #0\n" \
        "1:\n" \
        "ldrd r0, r2, [r9]\n" \
        "ldrd r4, r6, [r9, #8]\n" \
        "mov r8, r0\n" \
        "mov r10, r2\n" \
        "mov r12, r4\n" \
        "mov r14, r6\n" \
        "ldrd r1, r3, [r11]\n" \
        "ldr r7, [r11, #28]\n" \
        "cbz r7, 3f\n" \
        "2:\n" BLOCK("", "vldrb.8 q0, [r1], #16\n", "vldrb.8 q1, [r3], #16\n") \
        "subs r7, #1\n" \
        "bne 2b\n" \
        "3:\n" \
        "ldr r7, [r11, #32]\n" \
        "cbz r7, 4f\n" \
        "vmsr p0, r7\n" BLOCK("vpstt\n", "vldrbt.u8 q0, [r1]\n", "vldrbt.u8 q1, [r3]\n") \
        "4:\n" \
        "vmov q0[2], q0[0], r0, r4\n" \
        "vmov q0[3], q0[1], r2, r6\n" \
        "vmov q1[2], q1[0], r8, r12\n" \
        "vmov q1[3], q1[1], r10, r14\n" \
        "vldrw.32 q2, [r9, #16]\n" \
        "vldrw.32 q3, [r9, #32]\n" scale \
        "vadd.i32 q0, q0, q4\n" \
        "vadd.i32 q1, q1, q4\n" \
        "ldrd r1, r3, [r11, #8]\n" \
        "ldr r7, [r11, #24]\n" \
        "vmax.s32 q0, q0, q5\n" \
        "vmax.s32 q1, q1, q5\n" \
        "vmin.s32 q0, q0, q6\n" \
        "vmin.s32 q1, q1, q6\n" \
        "adds r9, #48\n" \
        "subs r7, #4\n" \
        "blt 5f\n" \
        "vstrb.32 q0, [r1], #4\n" \
        "vstrb.32 q1, [r3], #4\n" \
        "strd r1, r3, [r11, #8]\n" \
        "str r7, [r11, #24]\n" \
        "bne 1b\n" \
        "b 6f\n" \
        "5:\n" \
        "adds r7, #4\n" \
        "vctp.32 r7\n" \
        "vpstt\n" \
        "vstrbt.32 q0, [r1]\n" \
        "vstrbt.32 q1, [r3]\n" \
        "6:\n" \
        "vpop {d8-d15}\n" \
        "add sp, sp, #4\n" \
        "pop {r4-r11, pc}\n" \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

TILE("edgeai_vector_tile_rectified_s8", RECTIFIED);
TILE("edgeai_vector_tile_linear_s8", LINEAR);

#else

static void multiply(edgeai_vector_tile_s8 *tile)
{
    int32_t left = 0;
    while (tile->tail >> left != 0) {
        left++;
    }
    for (int32_t row = 0; row < 2; row++) {
        edgeai_vector_row_s8(
            tile->x[row], (int32_t)tile->blocks * 16 + left, tile->weights, tile->channels, tile->count, &tile->limits, tile->y[row]);
    }
}

void edgeai_vector_tile_rectified_s8(edgeai_vector_tile_s8 *tile)
{
    multiply(tile);
}

void edgeai_vector_tile_linear_s8(edgeai_vector_tile_s8 *tile)
{
    multiply(tile);
}

#endif
