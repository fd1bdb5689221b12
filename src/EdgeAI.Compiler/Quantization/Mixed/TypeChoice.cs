using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization.Mixed;

/// <summary>Which type each layer got, and why.</summary>
/// <param name="Limit">The limit that was to be kept, as a sentence's part: <c>an SQNR of at least 30 dB (the default)</c>.</param>
/// <param name="Data">What it was measured on: <c>256 test inputs</c>.</param>
/// <param name="IsKept">Whether it is kept.</param>
/// <param name="SqnrDb">Of the outputs with the chosen types; null when there is no noise or no signal.</param>
/// <param name="Accuracy">Top-1 with the chosen types; null without labels.</param>
/// <param name="FloatAccuracy">Top-1 in float; null without labels.</param>
/// <param name="Instructions">Estimated, of one run.</param>
/// <param name="WideInstructions">Estimated, of all layers in int16.</param>
/// <param name="Layers">The layers that had a choice, in the order of nodes: the sensitivity table.</param>
public sealed record TypeChoice(
    string Limit, string Data, bool IsKept, double? SqnrDb, double? Accuracy, double? FloatAccuracy, long Instructions, long WideInstructions,
    ImmutableArray<ChosenType> Layers)
{
    /// <summary>Estimated flash in bytes; null where no limit of flash was set.</summary>
    public long? FlashBytes { get; init; }
}

/// <summary>The type of one layer beside what each type would bring and cost.</summary>
/// <param name="Sensitivity">The noise of each type by itself.</param>
/// <param name="Source">What the file calls the layer.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="Type">The chosen type: of its result, or int4 for int8 with int4 weights.</param>
/// <param name="Int8Instructions">Estimated; null where it has no int8 form.</param>
/// <param name="Int16Instructions">Estimated; null where it has no int16 form.</param>
public sealed record ChosenType(
    LayerSensitivity Sensitivity, string Source, string Operator, ElementType Type, long? Int8Instructions, long? Int16Instructions)
{
    /// <summary>Estimated, of the layer in int8 with int4 weights; null where it has no such form.</summary>
    public long? Int4Instructions { get; init; }
}
