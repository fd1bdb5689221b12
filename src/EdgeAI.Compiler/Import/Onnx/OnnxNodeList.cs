using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Operators.Custom;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// The nodes of a graph as import walks over them:
/// - functions of the model are replaced by their bodies, values inside prefixed with the call's name; so are the quantized and fused operators of com.microsoft;
/// - every node gets a unique name, <c>Operator_index</c> where the file gives none;
/// - nodes are put in an order in which each follows those it reads from, as close to the file's as possible.
/// </summary>
internal sealed class OnnxNodeList
{
    private const int MaximumFunctionDepth = 32;
    private const int MaximumNodes = 1_000_000;

    private readonly string _file;
    private readonly Dictionary<string, FunctionProto> _functions = new(StringComparer.Ordinal);
    private readonly UniqueNames _names = new();
    private readonly Dictionary<(string Place, int Index), string> _fileNames = [];
    private readonly Dictionary<string, long> _versions;

    /// <summary>Prepares the model's functions and operator sets; functions that a user's operator stands for stay calls.</summary>
    public OnnxNodeList(ModelProto model, string file, CustomOperatorSet? operators = null)
    {
        _file = file;
        _versions = Versions(model.OpsetImport);
        Producer = model.ProducerName;
        foreach (FunctionProto function in model.Functions.Where(function => operators?.OnnxForm(Normal(function.Domain), function.Name) is null))
        {
            _functions[FunctionKey(function.Domain, function.Name, function.Overload)] = function;
        }
    }

    /// <summary>The version of the default domain; 0 when the file imports none.</summary>
    public long DefaultVersion => _versions.GetValueOrDefault("");

    /// <summary>What wrote the file, by its own name: <c>pytorch</c>.</summary>
    public string Producer { get; }

    /// <summary>The nodes of a graph in execution order.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="prefix">What stands before the names of its nodes.</param>
    /// <param name="place">Where the graph stands in the file, the same each time that it runs.</param>
    /// <param name="available">The values that exist before the first.</param>
    public IReadOnlyList<OnnxSourceNode> Of(GraphProto graph, string prefix, string place, IReadOnlySet<string> available)
    {
        var nodes = new List<OnnxSourceNode>();
        Add(graph.Node, prefix, place, _versions, 0, nodes);
        return Sort(nodes, available);
    }

    private void Add(
        IReadOnlyList<NodeProto> protos, string prefix, string place, Dictionary<string, long> versions, int depth, List<OnnxSourceNode> nodes)
    {
        for (int index = 0; index < protos.Count; index++)
        {
            NodeProto proto = protos[index];
            string name = _names.Take(prefix + (proto.Name.Length > 0 ? proto.Name : FormattableString.Invariant($"{proto.OpType}_{index}")));
            if (!_fileNames.TryGetValue((place, index), out string? fileName))
            {
                _fileNames[(place, index)] = fileName = name;
            }

            string domain = Normal(proto.Domain);
            if (_functions.TryGetValue(FunctionKey(proto.Domain, proto.OpType, proto.Overload), out FunctionProto? function))
            {
                if (depth == MaximumFunctionDepth || nodes.Count > MaximumNodes)
                {
                    throw Malformed($"function '{function.Name}' calls itself or is nested too deeply");
                }

                Dictionary<string, long> inner = Versions(function.OpsetImport);
                Add(Body(function, proto, name + "/"), name + "/", fileName, inner.Count > 0 ? inner : versions, depth + 1, nodes);
                continue;
            }

            if ((QuantizedOperators.Body(proto, domain, name) ?? FusedOperators.Body(proto, domain, name, versions.GetValueOrDefault(""))) is { } body)
            {
                Add(body, name + "/", fileName, versions, depth + 1, nodes);
                continue;
            }

            nodes.Add(new OnnxSourceNode(proto, name, fileName, domain, versions.GetValueOrDefault(domain)));
        }
    }

    private static List<NodeProto> Body(FunctionProto function, NodeProto call, string prefix)
    {
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal) { [""] = "" };
        for (int i = 0; i < function.Input.Count; i++)
        {
            renamed[function.Input[i]] = i < call.Input.Count ? call.Input[i] : "";
        }

        for (int i = 0; i < function.Output.Count; i++)
        {
            if (i < call.Output.Count && call.Output[i].Length > 0)
            {
                renamed[function.Output[i]] = call.Output[i];
            }
        }

        string Rename(string name) => renamed.TryGetValue(name, out string? known) ? known : prefix + name;
        return [.. function.Node.Select(node => Instance(node, function, call, Rename))];
    }

    private static NodeProto Instance(NodeProto node, FunctionProto function, NodeProto call, Func<string, string> rename)
    {
        NodeProto instance = node.Clone();
        RenameAll(instance, rename);
        for (int i = instance.Attribute.Count - 1; i >= 0; i--)
        {
            string reference = instance.Attribute[i].RefAttrName;
            if (reference.Length == 0)
            {
                continue;
            }

            AttributeProto? given = call.Attribute.FirstOrDefault(attribute => attribute.Name == reference)
                ?? function.AttributeProto.FirstOrDefault(attribute => attribute.Name == reference);
            if (given is null)
            {
                instance.Attribute.RemoveAt(i);
                continue;
            }

            AttributeProto copy = given.Clone();
            copy.Name = instance.Attribute[i].Name;
            instance.Attribute[i] = copy;
        }

        return instance;
    }

    private static void RenameAll(NodeProto node, Func<string, string> rename)
    {
        for (int i = 0; i < node.Input.Count; i++)
        {
            node.Input[i] = rename(node.Input[i]);
        }

        for (int i = 0; i < node.Output.Count; i++)
        {
            node.Output[i] = rename(node.Output[i]);
        }

        foreach (GraphProto graph in OnnxSourceNode.InnerGraphs(node))
        {
            foreach (NodeProto inner in graph.Node)
            {
                RenameAll(inner, rename);
            }

            foreach (ValueInfoProto value in graph.Input.Concat(graph.Output))
            {
                value.Name = rename(value.Name);
            }

            foreach (TensorProto initializer in graph.Initializer)
            {
                initializer.Name = rename(initializer.Name);
            }
        }
    }

    /// <summary>Kahn's algorithm, of the ready nodes always the first of the file: an ordered file keeps its order.</summary>
    private List<OnnxSourceNode> Sort(List<OnnxSourceNode> nodes, IReadOnlySet<string> available)
    {
        Dictionary<string, int> makers = Makers(nodes, available);
        var readers = new List<int>[nodes.Count];
        int[] waiting = new int[nodes.Count];
        var missing = new List<Diagnostic>();
        for (int i = 0; i < nodes.Count; i++)
        {
            readers[i] ??= [];
            foreach (string name in nodes[i].Reads())
            {
                if (makers.TryGetValue(name, out int maker))
                {
                    (readers[maker] ??= []).Add(i);
                    waiting[i]++;
                }
                else if (!available.Contains(name))
                {
                    missing.Add(DiagnosticCatalog.OnnxMissingValue.With(_file, $"Node '{nodes[i].Name}'", name));
                }
            }
        }

        if (missing.Count > 0)
        {
            throw new DiagnosticException([.. missing]);
        }

        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, nodes.Count).Where(i => waiting[i] == 0).Select(i => (i, i)));
        var sorted = new List<OnnxSourceNode>(nodes.Count);
        while (ready.TryDequeue(out int next, out _))
        {
            sorted.Add(nodes[next]);
            waiting[next] = -1;
            foreach (int reader in readers[next])
            {
                if (--waiting[reader] == 0)
                {
                    ready.Enqueue(reader, reader);
                }
            }
        }

        return sorted.Count == nodes.Count ? sorted : throw Cycle(nodes, waiting, makers);
    }

    private Dictionary<string, int> Makers(List<OnnxSourceNode> nodes, IReadOnlySet<string> available)
    {
        var makers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string name in nodes[i].Proto.Output.Where(name => name.Length > 0))
            {
                if (available.Contains(name))
                {
                    throw DiagnosticCatalog.OnnxDuplicateValue.Throw(_file, name, "an input or constant", $"node '{nodes[i].Name}'");
                }

                if (!makers.TryAdd(name, i))
                {
                    throw DiagnosticCatalog.OnnxDuplicateValue.Throw(
                        _file, name, $"node '{nodes[makers[name]].Name}'", $"node '{nodes[i].Name}'");
                }
            }
        }

        return makers;
    }

    /// <summary>Walks back from a node that is never ready until a node comes twice.</summary>
    private DiagnosticException Cycle(List<OnnxSourceNode> nodes, int[] waiting, Dictionary<string, int> makers)
    {
        var path = new List<int>();
        int at = Array.FindIndex(waiting, count => count > 0);
        while (!path.Contains(at))
        {
            path.Add(at);
            at = nodes[at].Reads().Where(makers.ContainsKey).Select(name => makers[name]).First(maker => waiting[maker] > 0);
        }

        path.RemoveRange(0, path.IndexOf(at));
        path.Reverse();
        string[] names = [.. path.Take(20).Select(i => $"'{nodes[i].Name}'")];
        return DiagnosticCatalog.OnnxCycle.Throw(_file,
            $"{string.Join(" → ", names)}{(path.Count > names.Length ? " → …" : "")} → {names[0]}");
    }

    private DiagnosticException Malformed(string why) => DiagnosticCatalog.OnnxGraphMalformed.Throw(_file, why);

    private static Dictionary<string, long> Versions(IEnumerable<OperatorSetIdProto> imports)
    {
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (OperatorSetIdProto import in imports)
        {
            versions[Normal(import.Domain)] = import.Version;
        }

        return versions;
    }

    private static string Normal(string domain) => domain == "ai.onnx" ? "" : domain;

    private static string FunctionKey(string domain, string name, string overload) => $"{Normal(domain)}:{name}:{overload}";
}
