"""TensorFlow Lite's int8 reference arithmetic in NumPy: the numbers a conforming implementation gives, bit for bit.

Activations are int8 [batch, height, width, channels]; accumulators are int32; a real multiplier is a Q31 mantissa
and a power of two, applied with TensorFlow Lite's two rounding steps.
"""

import math

import numpy as np

INT32_MIN, INT32_MAX = -(1 << 31), (1 << 31) - 1


def quantize_multiplier(real):
    """(Q31 mantissa, exponent) with real = mantissa * 2^(exponent - 31)."""
    if real == 0.0:
        return 0, 0
    fraction, exponent = math.frexp(real)
    mantissa = int(math.floor(fraction * (1 << 31) + 0.5))
    if mantissa == 1 << 31:
        mantissa, exponent = mantissa // 2, exponent + 1
    return (0, 0) if exponent < -31 else (mantissa, exponent)


def rounding_doubling_high_multiply(a, b):
    """High 32 bits of 2ab, rounded to nearest, ties away from zero; INT32_MIN squared saturates."""
    product = np.asarray(a, np.int64) * np.asarray(b, np.int64)
    nudged = product + np.where(product >= 0, 1 << 30, 1 - (1 << 30))
    # C's division truncates towards zero.
    return np.minimum(np.where(nudged >= 0, nudged >> 31, -(-nudged >> 31)), INT32_MAX)


def rounding_shift_right(value, exponent):
    """value / 2^exponent, rounded to nearest, ties away from zero."""
    value, mask = np.asarray(value, np.int64), (1 << np.asarray(exponent, np.int64)) - 1
    return (value >> exponent) + ((value & mask) > (mask >> 1) + (value < 0))


def requantize(accumulator, multiplier, exponent):
    shifted = np.asarray(accumulator, np.int64) << np.maximum(exponent, 0)
    return rounding_shift_right(rounding_doubling_high_multiply(shifted, multiplier), np.maximum(-exponent, 0))


def same_padding(size, kernel, stride):
    """(before, after) along one axis, as TensorFlow's SAME: the odd element goes behind."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _windows(image, kernel, stride, padding, fill):
    """[batch, out height, out width, kernel height, kernel width, channels] of the padded image."""
    if padding == "SAME":
        pads = [same_padding(image.shape[1 + i], kernel[i], stride[i]) for i in range(2)]
        image = np.pad(image, ((0, 0), *pads, (0, 0)), constant_values=fill)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel, axis=(1, 2))
    return windows[:, ::stride[0], ::stride[1]].transpose(0, 1, 2, 4, 5, 3)


def _finish(accumulator, products, output_scale, output_zero_point, activation):
    """`products` are the scales of the accumulator, one per output channel or one for all."""
    pairs = [quantize_multiplier(float(product) / float(np.float32(output_scale))) for product in products]
    multiplier = np.array([m for m, _ in pairs], np.int64)
    exponent = np.array([e for _, e in pairs], np.int64)
    lowest = max(output_zero_point, -128) if activation == "RELU" else -128
    return np.clip(requantize(accumulator, multiplier, exponent) + output_zero_point, lowest, 127).astype(np.int8)


def _products(input_scale, weight_scales):
    return [float(np.float32(input_scale)) * float(np.float32(scale)) for scale in weight_scales]


def conv_2d(image, weights, bias, stride, padding, quantization, activation):
    """Weights [outputs, kernel height, kernel width, inputs]; quantization = (input scale, input zero point,
    weight scale per output channel, output scale, output zero point)."""
    input_scale, input_zero, weight_scales, output_scale, output_zero = quantization
    windows = _windows(image.astype(np.int64) - input_zero, weights.shape[1:3], stride, padding, 0)
    accumulator = np.tensordot(windows, weights.astype(np.int64), axes=([3, 4, 5], [1, 2, 3])) + bias
    return _finish(accumulator, _products(input_scale, weight_scales), output_scale, output_zero, activation)


def depthwise_conv_2d(image, weights, bias, stride, padding, quantization, activation):
    """Weights [1, kernel height, kernel width, channels], one filter per channel."""
    input_scale, input_zero, weight_scales, output_scale, output_zero = quantization
    windows = _windows(image.astype(np.int64) - input_zero, weights.shape[1:3], stride, padding, 0)
    accumulator = np.einsum("bhwijc,ijc->bhwc", windows, weights[0].astype(np.int64)) + bias
    return _finish(accumulator, _products(input_scale, weight_scales), output_scale, output_zero, activation)


def fully_connected(values, weights, bias, quantization, activation):
    """Values [batch, inputs], weights [outputs, inputs], one weight scale for all outputs."""
    input_scale, input_zero, weight_scales, output_scale, output_zero = quantization
    accumulator = (values.astype(np.int64) - input_zero) @ weights.astype(np.int64).T + bias
    # TensorFlow Lite multiplies these two scales in float32, those of convolutions in float64.
    product = np.float32(input_scale) * np.float32(weight_scales[0])
    return _finish(accumulator, [product], output_scale, output_zero, activation)


def average_pool_2d(image, window, stride):
    """VALID padding; a mean is rounded to nearest, ties away from zero."""
    windows = _windows(image.astype(np.int64), window, stride, "VALID", 0)
    total, count = windows.sum((3, 4)), window[0] * window[1]
    half = np.where(total > 0, count // 2, -(count // 2))
    return np.trunc((total + half) / count).astype(np.int8)


def _high(a, b):
    return int(rounding_doubling_high_multiply(a, b))


def _shift(a, exponent):
    return int(rounding_shift_right(a, exponent))


def _shift_left_saturating(a, exponent):
    return min(max(a << exponent, INT32_MIN), INT32_MAX)


def _exp_of_negative(a):
    """exp(a) as Q31 for a <= 0 with 5 integer and 26 fraction bits."""
    if a == 0:
        return INT32_MAX
    quarter = 1 << 24
    remainder_below_quarter = (a & (quarter - 1)) - quarter
    x = _shift_left_saturating(remainder_below_quarter, 5) + (1 << 28)
    x2 = _high(x, x)
    x3, x4 = _high(x2, x), _high(x2, x2)
    series = _shift(_high(_shift(x4, 2) + x3, 715827883) + x2, 1)
    result = 1895147668 + _high(1895147668, x + series)
    rest = remainder_below_quarter - a
    for exponent, factor in zip(range(-2, 5), (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)):
        if rest & (1 << (26 + exponent)):
            result = _high(result, factor)
    return result


def _reciprocal_of_one_plus(a):
    """1 / (1 + a) as Q31 for a in 0..1 as Q31, by three Newton steps."""
    half_denominator = (a + INT32_MAX + 1) >> 1
    x = 1515870810 + _high(half_denominator, -1010580540)
    for _ in range(3):
        x += _shift_left_saturating(_high(x, (1 << 29) - _high(half_denominator, x)), 2)
    return _shift_left_saturating(x, 1)


def softmax(values, input_scale, beta=1.0):
    """Values [batch, classes] int8 to probabilities int8 with scale 1/256 and zero point -128."""
    multiplier, left_shift = quantize_multiplier(min(beta * float(np.float32(input_scale)) * (1 << 26), INT32_MAX))
    lowest = -math.floor(31 * (1 << 26) / (1 << left_shift))
    result = np.empty(values.shape, np.int8)
    for row, out in zip(values.astype(int).tolist(), result):
        differences = [v - max(row) for v in row]
        exponentials = [_exp_of_negative(_high(d << left_shift, multiplier)) if d >= lowest else None
                        for d in differences]
        total = sum(_shift(e, 12) for e in exponentials if e is not None)
        headroom = 32 - total.bit_length()
        scale = _reciprocal_of_one_plus((total << headroom) - (1 << 31))
        for i, e in enumerate(exponentials):
            out[i] = -128 if e is None else min(max(_shift(_high(scale, e), 12 - headroom + 31 - 8) - 128, -128), 127)
    return result
