using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Data;

/// <summary>One set of inputs in the order of the graph's inputs, in the model file's own axis order and type (float for a float model).</summary>
/// <param name="Inputs">Row-major bytes of each input.</param>
/// <param name="ExpectedOutputs">Row-major bytes of each expected output with its element type, null for an output without one; empty when none are given.</param>
/// <param name="Label">The class, or null.</param>
public sealed record TestCase(
    ImmutableArray<ReadOnlyMemory<byte>> Inputs, ImmutableArray<ExpectedOutput?> ExpectedOutputs, int? Label);

/// <summary>An expected output as the test data gives it.</summary>
public sealed record ExpectedOutput(ElementType Type, Shape Shape, ReadOnlyMemory<byte> Bytes);
