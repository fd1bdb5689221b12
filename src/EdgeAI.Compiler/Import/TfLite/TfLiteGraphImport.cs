using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// One import of a file's main graph: the state that its nodes share. Other graphs that a node runs take the node's place, with its operands for
/// their inputs.
/// </summary>
internal sealed class TfLiteGraphImport(TfLiteModel[] graphs, ImportRequest request, CancellationToken cancellation)
{
    private const int MostDepth = 16;
    private const int MostNodes = 100_000;

    private readonly List<Diagnostic> _errors = [];
    private readonly List<string> _hybrid = [];
    private readonly Dictionary<int, Tensor> _goesOnOf = [];
    private TfLiteGraphBuilder? _main;
    private long _bytesLeft = ImportLimits.MostBytes;
    private int _buffersWithoutRuns;
    private int _depth;

    /// <summary>The model file, for diagnostics.</summary>
    public string File => request.DisplayPath;

    /// <summary>What lasts between runs.</summary>
    public TfLiteVariables Variables { get; } = new();

    /// <summary>Whether the run goes on at this point, as far as that is known only at run time; null where it does.</summary>
    public Tensor? GoesOn { get; set; }

    /// <summary>Told each tensor that a node has given its value.</summary>
    public void Bound(TfLiteGraphBuilder builder, int tensor)
    {
        if (GoesOn is { } goesOn && builder == _main)
        {
            _goesOnOf[tensor] = goesOn;
        }
    }

    /// <summary>Counts bytes that are unpacked. Throws <see cref="TfLiteNodeException"/> past the limit for the file.</summary>
    public void TakeUnpacked(long bytes)
    {
        _bytesLeft -= bytes;
        if (_bytesLeft < 0)
        {
            throw new TfLiteNodeException("unpacks, with those before it, more than 256 MiB");
        }
    }

    /// <summary>
    /// Of how many runs one goes on behind a CIRCULAR_BUFFER whose file does not say it: TensorFlow Lite Micro tells the two models that are without it by extents and by the
    /// number of such buffers.
    /// </summary>
    public int RunsOfBuffer(Shape result)
    {
        _buffersWithoutRuns++;
        if (result[1] is 5 or 13 or 25 || (_buffersWithoutRuns == 5 && result[2] == 2 && result[3] == 96))
        {
            _buffersWithoutRuns = 0;
            return 1;
        }

        return 2;
    }

    /// <summary>Operators whose integer weights stand beside float activations, in the order in which they are read.</summary>
    public IReadOnlyList<string> Hybrid => _hybrid;

    /// <summary>Adds an operator to <see cref="Hybrid"/>.</summary>
    public void NoteHybrid(string source)
    {
        if (_hybrid.Count == 0 || _hybrid[^1] != source)
        {
            _hybrid.Add(source);
        }
    }

    /// <summary>The graph. Throws <see cref="DiagnosticException"/> with everything found.</summary>
    public Graph Run(IReadOnlyDictionary<int, int[]> extents)
    {
        var builder = new TfLiteGraphBuilder(request.Name, graphs[0], extents);
        _main = builder;
        Import(graphs[0], builder);
        if (_errors.Count > 0)
        {
            throw new DiagnosticException(_errors);
        }

        foreach (int output in graphs[0].Outputs)
        {
            if (_goesOnOf.TryGetValue(output, out Tensor? goesOn))
            {
                KeepOutput(builder, output, goesOn);
            }

            builder.Graph.Outputs.Add(builder.Output(output));
        }

        try
        {
            Variables.Store(builder);
        }
        catch (TfLiteNodeException error)
        {
            throw DiagnosticCatalog.TfLiteNodeRefused.Throw(request.DisplayPath, "The model's state cannot be kept:", error.Message);
        }

        return builder.Graph;
    }

    /// <summary>An output that is not computed in each run is that of the last in which it was.</summary>
    private void KeepOutput(TfLiteGraphBuilder builder, int output, Tensor goesOn)
    {
        Tensor value = builder.Value(output);
        TfLiteVariable variable = Variables.OfOutput(output, value.Name);
        Tensor before = Variables.Read(variable, value, builder);
        var kept = new Tensor(value.Name, value.Type, value.Shape) { Quantization = value.Quantization };
        if (value.IsConstant || builder.Graph.Inputs.Contains(value))
        {
            kept.Name = builder.UniqueTensorName($"{value.Name}/last");
        }
        else
        {
            value.Name = builder.UniqueTensorName($"{value.Name}/new");
        }

        builder.Graph.Nodes.Add(new Node(builder.UniqueNodeName($"keep {kept.Name}"), "Select", NoAttributes.Instance)
        {
            Inputs = [goesOn, value, before],
            Outputs = [kept],
            Source = kept.Name,
        });
        Variables.Assign(variable, kept);
        builder.Bind(output, kept);
        _goesOnOf.Remove(output);
    }

    /// <summary>Adds another graph of the file in the place of a node and gives its results.</summary>
    public IReadOnlyList<Tensor> Inline(int index, IReadOnlyList<Tensor> operands, TfLiteGraphBuilder builder)
    {
        if (index <= 0 || index >= graphs.Length)
        {
            throw new TfLiteNodeException($"runs graph {index} of {graphs.Length}");
        }

        TfLiteModel graph = graphs[index];
        if (graph.Inputs.Length != operands.Count)
        {
            throw new TfLiteNodeException($"runs graph {index} with {operands.Count} operands instead of {graph.Inputs.Length}");
        }

        if (_depth == MostDepth || builder.Graph.Nodes.Count > MostNodes)
        {
            throw new TfLiteNodeException($"runs graphs that run others more than {MostDepth} deep, or more than {MostNodes} nodes");
        }

        _depth++;
        int before = _errors.Count;
        TfLiteGraphBuilder inner = builder.Inner(graph, operands);
        Import(graph, inner);
        _depth--;
        return _errors.Count == before
            ? [.. graph.Outputs.Select(inner.Value)]
            : throw new TfLiteNodeException($"runs graph {index}, parts of which cannot be carried out");
    }

    private void Import(TfLiteModel graph, TfLiteGraphBuilder builder)
    {
        var unknown = new HashSet<int>();
        foreach (TfLiteOperator source in TfLiteOrder.Sort(graph))
        {
            cancellation.ThrowIfCancellationRequested();
            if (source.Inputs.Any(unknown.Contains))
            {
                // What a refused node would have given is not known; its readers are not judged.
                unknown.UnionWith(source.Outputs);
                continue;
            }

            try
            {
                (request.Operators.TfLiteForm(source.Name) ?? TfLiteForms.Find(source.Name)!).Import(new TfLiteNode(source, builder, this));
            }
            catch (DiagnosticException error)
            {
                _errors.AddRange(error.Diagnostics);
                unknown.UnionWith(source.Outputs);
            }
            catch (TfLiteNodeException error)
            {
                _errors.Add(DiagnosticCatalog.TfLiteNodeRefused.With(request.DisplayPath, builder.SourceOf(source), error.Message));
                unknown.UnionWith(source.Outputs);
            }
        }
    }
}
