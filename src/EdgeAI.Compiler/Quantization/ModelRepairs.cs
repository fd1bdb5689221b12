using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>What is done to a layer against the noise of its integers.</summary>
public enum RepairKind
{
    /// <summary>Its result has another range than the extremes of the calibration data.</summary>
    ChosenRange,

    /// <summary>Constants were taken out of the channels of its result, or added to its bias behind such a layer.</summary>
    HighBiasAbsorption,

    /// <summary>Channels of its result or of its operand were rescaled.</summary>
    Equalization,

    /// <summary>Its weights were rounded for their sums.</summary>
    LearntRounding,

    /// <summary>Mean errors were taken out of its bias.</summary>
    BiasCorrection,
}

/// <summary>A repair of one layer with what it brought: the signal-to-noise ratio of the layer's result, accumulated from the inputs, on calibration inputs.</summary>
/// <param name="Node">The layer's name.</param>
/// <param name="Kind">What was done.</param>
/// <param name="Type">The integer type in which it was done.</param>
/// <param name="Detail">How a range was found; null for other repairs.</param>
/// <param name="BeforeDb">Behind the repairs that came before; null where there is no noise or no signal.</param>
/// <param name="AfterDb">With this one too.</param>
public sealed record RepairedLayer(string Node, RepairKind Kind, ElementType Type, string? Detail, double? BeforeDb, double? AfterDb);

/// <summary>
/// How values of a tensor in the graph that runs differ from those of the model file, channel by channel: factor · value + offset. The channel of an
/// element is its row-major index modulo the count.
/// </summary>
/// <param name="Tensor">The tensor's name in the float graph.</param>
/// <param name="Factors">One for each channel, positive.</param>
/// <param name="Offsets">As many.</param>
public sealed record ChannelMap(string Tensor, ImmutableArray<double> Factors, ImmutableArray<double> Offsets)
{
    /// <summary>What the running graph has for the model's value of an element.</summary>
    public double ToRunning(double value, int index) => (value * Factors[index % Factors.Length]) + Offsets[index % Factors.Length];

    /// <summary>The model's value for what the running graph has.</summary>
    public double ToModel(double value, int index) => (value - Offsets[index % Factors.Length]) / Factors[index % Factors.Length];
}

/// <summary>All that was done to a model against the noise of integers.</summary>
/// <param name="Layers">In the order of repairs and, within, of nodes.</param>
/// <param name="Maps">Of tensors whose channels were rescaled or moved, in ordinal order of names.</param>
public sealed record ModelRepairs(ImmutableArray<RepairedLayer> Layers, ImmutableArray<ChannelMap> Maps)
{
    /// <summary>Nothing was done.</summary>
    public static ModelRepairs None { get; } = new([], []);
}
