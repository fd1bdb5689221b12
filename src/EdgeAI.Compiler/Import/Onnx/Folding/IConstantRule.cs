using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.Onnx.Folding;

/// <summary>
/// Computes the results of a family of ONNX operators at import, so that no shape arithmetic reaches the graph.
/// A class per family, found by type; it has no state.
/// </summary>
internal interface IConstantRule
{
    /// <summary>The operators it takes, of the default domain.</summary>
    IReadOnlyList<string> OperatorTypes { get; }

    /// <summary>Whether the rule reads the shapes of its operands alone, so that they need not be constants.</summary>
    bool NeedsOnlyShapes => false;

    /// <summary>Whether the results are drawn at random, so that no run but the import's has other ones.</summary>
    bool IsRandom => false;

    /// <summary>
    /// The results as constants, in the node's order; null when this use is left to the operator's form.
    /// Throws <see cref="OnnxNodeException"/> for operands that contradict the specification.
    /// </summary>
    IReadOnlyList<Tensor>? Evaluate(OnnxNode node);
}
