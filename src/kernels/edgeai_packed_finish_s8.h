/* How the sums of packed pairs (edgeai_packed_pairs.h) become results. */
#ifndef EDGEAI_PACKED_FINISH_S8_H
#define EDGEAI_PACKED_FINISH_S8_H

#include "edgeai_packed_pairs.h"

#if EDGEAI_DSP

/* r0 factor, r2 addend, r3 shift. */
#define EDGEAI_RECTIFIED_A(x) "lsl " x ", " x ", r3\nsmmla " x ", " x ", r0, r2\nssat " x ", #8, " x ", asr #13\n"
#define EDGEAI_RECTIFIED_B(x) "asr " x ", " x ", r3\nsmmla " x ", " x ", r0, r2\nssat " x ", #8, " x ", asr #13\n"
#define EDGEAI_LINEAR(x) "add r10, r2, " x ", asr #31\nsmmlar " x ", " x ", r0, r10\nasr " x ", " x ", r3\nssat " x ", #8, " x "\n"
#define EDGEAI_LINEAR_A(x) "lsl " x ", " x ", #1\n" EDGEAI_LINEAR(x)
#define EDGEAI_LINEAR_B(x) "asr " x ", " x ", #7\n" EDGEAI_LINEAR(x)

#else

static inline int8_t edgeai_packed_saturate(int32_t value)
{
    return (int8_t)(value < -128 ? -128 : value > 127 ? 127 : value);
}

static inline int8_t edgeai_packed_rectified(int32_t scaled_sum, const int32_t *scale)
{
    const int64_t product = (int64_t)scaled_sum * scale[0];
    return edgeai_packed_saturate((int32_t)((uint32_t)scale[1] + (uint32_t)(product >> 32)) >> 13);
}

static inline int8_t edgeai_packed_linear(int32_t doubled_sum, const int32_t *scale)
{
    const int64_t product = (int64_t)doubled_sum * scale[0] + ((int64_t)1 << 31);
    const uint32_t sign = doubled_sum < 0 ? 1u : 0u;
    return edgeai_packed_saturate((int32_t)((uint32_t)scale[1] - sign + (uint32_t)(product >> 32)) >> scale[2]);
}

static inline void edgeai_packed_finish(int8_t *y, int32_t sum_a, int32_t sum_b, const int32_t *channel, int is_linear)
{
    if (is_linear) {
        y[0] = edgeai_packed_linear((int32_t)((uint32_t)sum_a << 1), channel + 2);
        y[1] = edgeai_packed_linear(sum_b >> 7, channel + 5);
    } else {
        y[0] = edgeai_packed_rectified((int32_t)((uint32_t)sum_a << channel[4]), channel + 2);
        y[1] = edgeai_packed_rectified(sum_b >> channel[7], channel + 5);
    }
}

#endif

#endif
