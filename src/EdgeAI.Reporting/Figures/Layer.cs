using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Reporting.Figures;

/// <summary>One node of the planned graph.</summary>
/// <param name="Step">Its place in the order of execution.</param>
/// <param name="Name">The node's name.</param>
/// <param name="Operator">The operator's name.</param>
/// <param name="Source">What the model file calls it.</param>
/// <param name="IsView">Whether nothing runs for it.</param>
/// <param name="Macs">Multiply-accumulate operations.</param>
/// <param name="Instructions">On the target; null where they were not counted.</param>
/// <param name="SqnrDb">Of its first result; null where there is no float value to compare with, or no noise.</param>
/// <param name="ArenaOffset">Where its first result lives; null for constants.</param>
/// <param name="Bytes">Size of its first result.</param>
/// <param name="WeightBytes">Size of the constants it reads.</param>
internal sealed record Layer(
    int Step, string Name, string Operator, string Source, bool IsView, long Macs, long? Instructions, double? SqnrDb, long? ArenaOffset,
    long Bytes, long WeightBytes)
{
    /// <summary>The kernel; null for views.</summary>
    public string? Variant { get; init; }

    /// <summary>Why that kernel; null for views.</summary>
    public string? Reason { get; init; }

    /// <summary>Instructions for each multiply-accumulate that no kernel on the core gets below; null where there is no such bound.</summary>
    public double? BoundPerMac { get; init; }

    /// <summary>Of its first result by itself, from exact operands; null where it was not obtained.</summary>
    public double? IsolatedSqnrDb { get; init; }

    /// <summary>The share of float values beyond the range of its first result; null where it was not obtained.</summary>
    public double? ClippingRate { get; init; }

    /// <summary>How the first result is quantized; null for floats and plain integers.</summary>
    public QuantizationParameters? Quantization { get; init; }

    /// <summary>The element type of the first result.</summary>
    public ElementType Type { get; init; }

    /// <summary>What was done to it against the noise of integers, in order.</summary>
    public ImmutableArray<RepairedLayer> Repairs { get; init; } = [];

    /// <summary>Instructions for each multiply-accumulate; null where either is missing.</summary>
    public double? InstructionsPerMac => Macs > 0 && Instructions is { } count ? (double)count / Macs : null;
}
