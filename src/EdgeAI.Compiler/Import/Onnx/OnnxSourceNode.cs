using EdgeAI.Compiler.Import.Onnx.Schema;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>A node of the file before its operands are known.</summary>
/// <param name="Proto">What the file says.</param>
/// <param name="Name">Unique in the import.</param>
/// <param name="FileName">Unique in the file: that of the first of its copies, where an inner graph runs several times.</param>
/// <param name="Domain">The operator's domain, empty for the default one.</param>
/// <param name="Version">The operator set of that domain; 0 when the file imports none.</param>
internal sealed record OnnxSourceNode(NodeProto Proto, string Name, string FileName, string Domain, long Version)
{
    /// <summary>Names of the values that the node reads, those that its inner graphs take from outside included.</summary>
    public IEnumerable<string> Reads()
    {
        var names = new List<string>(Proto.Input.Where(name => name.Length > 0));
        foreach (GraphProto inner in InnerGraphs(Proto))
        {
            AddOuterReads(inner, names);
        }

        return names.Distinct();
    }

    /// <summary>The graphs that a node carries in its attributes.</summary>
    public static IEnumerable<GraphProto> InnerGraphs(NodeProto node) =>
        node.Attribute.Where(attribute => attribute.G is not null).Select(attribute => attribute.G)
            .Concat(node.Attribute.SelectMany(attribute => attribute.Graphs));

    private static void AddOuterReads(GraphProto graph, List<string> names)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        own.UnionWith(graph.Input.Select(input => input.Name));
        own.UnionWith(graph.Initializer.Select(initializer => initializer.Name));
        own.UnionWith(graph.Node.SelectMany(node => node.Output));
        var inside = new List<string>(graph.Output.Select(output => output.Name));
        foreach (NodeProto node in graph.Node)
        {
            inside.AddRange(node.Input.Where(name => name.Length > 0));
            foreach (GraphProto inner in InnerGraphs(node))
            {
                AddOuterReads(inner, inside);
            }
        }

        names.AddRange(inside.Where(name => !own.Contains(name)));
    }
}
