namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>A node that cannot be imported as it stands; the importer turns it into one diagnostic that names the node.</summary>
/// <param name="obstacle">What does not work, no full stop: <c>pads are negative</c>.</param>
/// <param name="remedy">The nearest form that works, a sentence without full stop.</param>
internal sealed class OnnxNodeException(string obstacle, string remedy) : Exception(obstacle)
{
    /// <summary>What does not work.</summary>
    public string Obstacle { get; } = obstacle;

    /// <summary>The nearest form that works.</summary>
    public string Remedy { get; } = remedy;
}
