namespace EdgeAI.Compiler.Model;

/// <summary>
/// The stable readable dump of a graph (<c>&lt;model&gt;.txt</c>): one line a node, <c>\n</c> line ends, invariant numbers, so that a diagnostic about a
/// node can point at its line and two dumps can be compared.
/// </summary>
public static class ModelText
{
    /// <summary>The dump, and the 1-based line of every node by name.</summary>
    public static (string Text, IReadOnlyDictionary<string, int> LineOfNode) Write(Graph graph) => throw new NotImplementedException();
}
