namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// How one family of ONNX operators becomes nodes of the internal graph. A class per family in the operator's room, found by type; it has no state.
/// </summary>
internal interface IOnnxForm
{
    /// <summary>The operators it takes: <c>Conv</c>, or <c>com.microsoft:Gelu</c> for one outside the default domain.</summary>
    IReadOnlyList<string> OperatorTypes { get; }

    /// <summary>Whether constants of the node are weights, which must be finite numbers.</summary>
    bool NeedsFiniteConstants => false;

    /// <summary>Whether operands may be sequences and optionals; else a node that has such is refused before it comes here.</summary>
    bool TakesSequences => false;

    /// <summary>Whether operands may stand for texts by their places in a list; else a node that reads such, and does more than move or choose, is refused.</summary>
    bool TakesTexts => false;

    /// <summary>
    /// Adds the node's equivalent and binds every result that is asked for. Throws <see cref="OnnxNodeException"/> for a use that is not
    /// supported.
    /// </summary>
    void Import(OnnxNode node, OnnxGraphBuilder builder);
}
