using System.Collections.Immutable;

namespace EdgeAI.Compiler.Model;

/// <summary>
/// How the integers of a tensor stand for reals: real = scale · (integer − zero point), as in TensorFlow Lite's
/// quantization specification. One scale for the tensor, or one for each index of <see cref="Axis"/>.
/// </summary>
/// <param name="Scales">Positive; one, or as many as the extent of <paramref name="Axis"/>.</param>
/// <param name="ZeroPoints">As many as scales.</param>
/// <param name="Axis">The channel axis, or −1 when one scale serves the whole tensor.</param>
public sealed record QuantizationParameters(ImmutableArray<float> Scales, ImmutableArray<int> ZeroPoints, int Axis)
{
    /// <summary>One scale and zero point for the whole tensor.</summary>
    public static QuantizationParameters PerTensor(float scale, int zeroPoint) => new([scale], [zeroPoint], -1);

    /// <summary>Whether each channel has its own scale.</summary>
    public bool IsPerChannel => Axis >= 0;

    /// <summary>The scale of a per-tensor quantization.</summary>
    public float Scale => Scales[0];

    /// <summary>The zero point of a per-tensor quantization.</summary>
    public int ZeroPoint => ZeroPoints[0];

    /// <summary>The scale of a channel, whichever form this is.</summary>
    public float ScaleOf(int channel) => Scales.Length == 1 ? Scales[0] : Scales[channel];

    /// <summary>Equal in value.</summary>
    public bool Equals(QuantizationParameters? other) =>
        other is not null && Axis == other.Axis && Scales.AsSpan().SequenceEqual(other.Scales.AsSpan())
        && ZeroPoints.AsSpan().SequenceEqual(other.ZeroPoints.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Axis, Scales.Length, Scales[0], ZeroPoints[0]);
}
