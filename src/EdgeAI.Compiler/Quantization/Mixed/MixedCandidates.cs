using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization.Mixed;

/// <summary>
/// What a choice of a type for each layer is made from: graphs with the same nodes by name (the integer ones with conversions besides), and how much
/// noise each layer brings by itself. Independent of target and limits.
/// </summary>
/// <param name="Exact">The float graph that the integer ones approximate.</param>
/// <param name="Narrow">Every layer that can be in int8, with its own parameters, weights and biases.</param>
/// <param name="Wide">The same in int16 with int8 weights.</param>
/// <param name="Sensitivities">One for each layer with a choice, in the order of nodes.</param>
public sealed record MixedCandidates(Graph Exact, Graph Narrow, Graph Wide, ImmutableArray<LayerSensitivity> Sensitivities)
{
    /// <summary>Layers of <see cref="Narrow"/> that can have int4 weights, with these, side by side: operands and results are the same.</summary>
    public Graph Nibbles { get; init; } = new() { Name = Exact.Name };
}

/// <summary>
/// The noise that one layer in an integer type, and nothing else, leaves at the outputs of the float graph: Σ error² / Σ reference², meaned over what is
/// probed. Measured on calibration inputs.
/// </summary>
/// <param name="Node">The layer's name.</param>
/// <param name="Int8Noise">In int8; null where the layer has no int8 form.</param>
/// <param name="Int16Noise">In int16; null where the layer has no int16 form.</param>
/// <param name="IsLocal">Whether it is the noise of the layer's own result, because the model is too large to be run for each layer.</param>
public sealed record LayerSensitivity(string Node, double? Int8Noise, double? Int16Noise, bool IsLocal)
{
    /// <summary>In int8 with int4 weights; null where the layer has no such form.</summary>
    public double? Int4Noise { get; init; }
}
