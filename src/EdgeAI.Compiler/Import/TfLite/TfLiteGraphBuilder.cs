using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// The graph while it grows. Quantized uint8 values are int8 in it, integers and zero points 128 lower; inputs and outputs keep the file's type behind
/// a conversion. Every node's results get the type and extents that its operator infers; nodes whose operands are all
/// known are computed at once, so that shapes that a file computes are constants to the nodes that need them.
/// </summary>
internal sealed class TfLiteGraphBuilder
{
    // What is computed while importing is shapes and small tables; large constants are left to the passes.
    private const long MaxFoldedBytes = 1 << 16;
    private const int UnsignedOffset = 128;

    private readonly TfLiteTensor[] _source;
    private readonly Tensor[] _declared;
    private readonly Tensor?[] _values;
    private readonly Dictionary<Tensor, int> _indexOfDeclared = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Tensor> _reals = new(ReferenceEqualityComparer.Instance);
    private readonly bool[] _isUnsigned;
    private readonly bool _extentsAreChanged;
    private readonly UniqueNames _tensorNames;
    private readonly UniqueNames _nodeNames;

    /// <summary>An empty graph over the main graph's tensors, inputs with the extents given for them by index.</summary>
    public TfLiteGraphBuilder(string name, TfLiteModel model, IReadOnlyDictionary<int, int[]> inputExtents)
        : this(new Graph { Name = name }, new(), new(), model, inputExtents)
    {
        foreach (int input in model.Inputs.Where(input => !_declared[input].IsConstant))
        {
            _values[input] = _declared[input];
            if (!_isUnsigned[input])
            {
                Graph.Inputs.Add(_declared[input]);
                continue;
            }

            Tensor given = Unsigned(_declared[input], _declared[input].Name);
            _declared[input].Name = UniqueTensorName(given.Name + "/int8");
            Graph.Inputs.Add(given);
            AddConversion(given, _declared[input]);
        }
    }

    private TfLiteGraphBuilder(Graph graph, UniqueNames tensorNames, UniqueNames nodeNames, TfLiteModel model, IReadOnlyDictionary<int, int[]> inputExtents)
    {
        Graph = graph;
        _tensorNames = tensorNames;
        _nodeNames = nodeNames;
        _source = model.Tensors;
        _values = new Tensor?[_source.Length];
        _declared = [.. _source.Select(tensor => TfLiteTensorReader.Read(tensor,
            UniqueTensorName(tensor.Name.Length > 0 ? tensor.Name : FormattableString.Invariant($"tensor_{tensor.Index}")),
            inputExtents.GetValueOrDefault(tensor.Index) ?? FileExtents(tensor)))];
        _isUnsigned = [.. _declared.Select(tensor => tensor is { Type: ElementType.UInt8, Quantization: not null })];
        for (int index = 0; index < _declared.Length; index++)
        {
            _declared[index] = _isUnsigned[index] ? Signed(_declared[index]) : _declared[index];
        }

        for (int index = 0; index < _declared.Length; index++)
        {
            _indexOfDeclared.Add(_declared[index], index);
        }

        _extentsAreChanged = inputExtents.Any(pair => !pair.Value.AsSpan().SequenceEqual(_source[pair.Key].Shape));
    }

    /// <summary>Whether a tensor of the file holds complex numbers.</summary>
    public bool IsComplex(int index) => _source[index].TypeCode == TfLiteElementTypes.Complex64;

    /// <summary>A builder that adds another graph of the file to this one, its inputs standing for the given values.</summary>
    public TfLiteGraphBuilder Inner(TfLiteModel model, IReadOnlyList<Tensor> operands)
    {
        var extents = new Dictionary<int, int[]>();
        for (int i = 0; i < operands.Count; i++)
        {
            extents[model.Inputs[i]] = [.. operands[i].Shape.Extents];
        }

        var inner = new TfLiteGraphBuilder(Graph, _tensorNames, _nodeNames, model, extents);
        for (int i = 0; i < operands.Count; i++)
        {
            inner._values[model.Inputs[i]] = operands[i];
        }

        return inner;
    }

    /// <summary>What has been built.</summary>
    public Graph Graph { get; }

    /// <summary>What the file says of a tensor.</summary>
    public Tensor Declared(int index) => _declared[index];

    /// <summary>The tensor that stands for one of the file's: an input, a constant, or what a node computes.</summary>
    public Tensor Value(int index) => _values[index] ?? _declared[index];

    /// <summary>An output of the main graph in the file's type.</summary>
    public Tensor Output(int index)
    {
        Tensor value = Value(index);
        if (!_isUnsigned[index])
        {
            return value;
        }

        Tensor output = Unsigned(value, UniqueTensorName(value.Name + "/uint8"));
        AddConversion(value, output);
        return output;
    }

    /// <summary>Whether the file marks a tensor as one that lasts between runs.</summary>
    public bool IsVariable(int index) => _source[index].IsVariable && _values[index] is null;

    /// <summary>Whether the file holds a tensor as uint8 that is int8 here.</summary>
    public bool IsUnsigned(int index) => _isUnsigned[index];

    /// <summary>Whether the file leaves an axis of a tensor open.</summary>
    public bool IsOpen(int index, int axis) => axis < _source[index].Signature.Length && _source[index].Signature[axis] < 0;

    /// <summary>Says what stands for one of the file's tensors.</summary>
    public void Bind(int index, Tensor tensor) => _values[index] = tensor;

    /// <summary>The name of the first node of an operator: <c>conv_2d_3</c>.</summary>
    public string NameOf(TfLiteOperator source) =>
        FormattableString.Invariant($"{source.Name.ToLowerInvariant().Replace(' ', '_')}_{source.Index}");

    /// <summary>The reals that the integers of a constant stand for; the same tensor at each call.</summary>
    public Tensor Reals(Tensor constant)
    {
        if (!_reals.TryGetValue(constant, out Tensor? reals))
        {
            reals = Tensor.FromValues<float>(UniqueTensorName(constant.Name + "/float32"), ElementType.Float32, constant.Shape, AffineQuantization.Reals(constant));
            _reals.Add(constant, reals);
        }

        return reals;
    }

    /// <summary>What the file calls an operator: its name, its index and the first of its results up to the first <c>;</c>.</summary>
    public string SourceOf(TfLiteOperator source)
    {
        string result = source.Outputs.Length > 0 ? _source[source.Outputs[0]].Name.Split(';')[0] : "";
        return FormattableString.Invariant($"{source.Name} #{source.Index}") + (result.Length > 0 ? $" ({result})" : "");
    }

    /// <summary>A name that no tensor has yet, and takes it.</summary>
    public string UniqueTensorName(string wanted) => _tensorNames.Take(wanted);

    /// <summary>A name that no node has yet, and takes it.</summary>
    public string UniqueNodeName(string wanted) => _nodeNames.Take(wanted);

    /// <summary>
    /// Adds a node with one result of the type and quantization of <paramref name="like"/> and gives that result.
    /// With <paramref name="keepsName"/> the result is what the file declares: it has its name and must have its extents.
    /// </summary>
    public Tensor Emit(TfLiteOperator source, string operatorName, OperatorAttributes attributes, ReadOnlySpan<Tensor?> inputs, Tensor like,
        bool keepsName)
    {
        Operator definition = OperatorCatalog.Find(operatorName)
            ?? throw new TfLiteNodeException($"needs the operator '{operatorName}', which is not available");
        string name = _nodeNames.Take(NameOf(source));
        var result = new Tensor(keepsName ? like.Name : UniqueTensorName(name + "/result"), like.Type, like.Shape) { Quantization = like.Quantization };
        var node = new Node(name, operatorName, attributes) { Inputs = [.. inputs], Outputs = [result], Source = SourceOf(source) };
        bool computesIntegers = !definition.KeepsUntoldQuantization && definition.Quantization is (QuantizationRule.Calibrated or QuantizationRule.Fixed);
        if (computesIntegers && node.Inputs.Count > 0 && node.Inputs[0] is { Quantization: not null } && result.Quantization is not { IsPerChannel: false })
        {
            throw new TfLiteNodeException($"gives '{like}' without a scale, or with several, from quantized '{node.Input(0)}'");
        }

        if (definition.KeepsUntoldQuantization && result.Quantization is null && node.Inputs.Count > 0
            && node.Inputs[0] is { Quantization: { IsPerChannel: false } moved } first && first.Type == result.Type)
        {
            // Integers that are moved or averaged keep their meaning where the file does not say it.
            result.Quantization = moved;
        }

        TensorType inferred = Infer(definition, node);
        if (inferred.Type != like.Type)
        {
            throw new TfLiteNodeException($"gives {inferred.Type.DisplayName()} where the file says {like.Type.DisplayName()}");
        }

        result.Shape = inferred.Shape;
        if (result.ByteSize > ImportLimits.MostBytes)
        {
            throw new TfLiteNodeException($"gives {inferred.Shape}, which is larger than 256 MiB");
        }

        if (keepsName && inferred.Shape != like.Shape && !IsShapeOpen(like))
        {
            return Reshaped(source, node, like);
        }

        return Add(definition, node);
    }

    /// <summary>
    /// Adds a node with results of the types and quantizations of what they are like and gives them. What is declared must have the extents that the
    /// operator infers, unless these are open.
    /// </summary>
    public IReadOnlyList<Tensor> EmitAll(
        TfLiteOperator source, Operator definition, OperatorAttributes attributes, IReadOnlyList<Tensor?> inputs, IReadOnlyList<(Tensor Like, Tensor Declared)> results)
    {
        string name = _nodeNames.Take(NameOf(source));
        var node = new Node(name, definition.Name, attributes) { Inputs = [.. inputs], Source = SourceOf(source) };
        foreach ((Tensor like, Tensor declared) in results)
        {
            string result = ReferenceEquals(like, declared) ? like.Name : UniqueTensorName(name + "/result");
            node.Outputs.Add(new Tensor(result, like.Type, like.Shape) { Quantization = like.Quantization });
        }

        IReadOnlyList<TensorType> inferred = InferAll(definition, node);
        for (int i = 0; i < inferred.Count; i++)
        {
            Tensor declared = results[i].Declared;
            if (inferred[i].Type != node.Outputs[i].Type || (inferred[i].Shape != declared.Shape && !IsShapeOpen(declared)))
            {
                throw new TfLiteNodeException(
                    $"gives {inferred[i].Type.DisplayName()}{inferred[i].Shape} where the file says {node.Outputs[i].Type.DisplayName()}{declared.Shape}");
            }

            node.Outputs[i].Shape = inferred[i].Shape;
        }

        Graph.Nodes.Add(node);
        return [.. node.Outputs];
    }

    private void AddConversion(Tensor from, Tensor to) => Graph.Nodes.Add(
        new Node(UniqueNodeName("requantize " + to.Name), "Requantize", NoAttributes.Instance) { Inputs = [from], Outputs = [to], Source = to.Name });

    private static Tensor Signed(Tensor tensor) => new(tensor.Name, ElementType.Int8, tensor.Shape)
    {
        Quantization = Moved(tensor.Quantization!, -UnsignedOffset),
        Constant = tensor.Constant is { } bytes ? Array.ConvertAll(bytes.ToArray(), value => (byte)(value ^ UnsignedOffset)) : (ReadOnlyMemory<byte>?)null,
    };

    private static Tensor Unsigned(Tensor tensor, string name) =>
        new(name, ElementType.UInt8, tensor.Shape) { Quantization = Moved(tensor.Quantization!, UnsignedOffset) };

    private static QuantizationParameters Moved(QuantizationParameters quantization, int offset) =>
        quantization with { ZeroPoints = [.. quantization.ZeroPoints.Select(zeroPoint => zeroPoint + offset)] };

    private static TensorType Infer(Operator definition, Node node) => InferAll(definition, node)[0];

    private static IReadOnlyList<TensorType> InferAll(Operator definition, Node node)
    {
        try
        {
            return definition.Infer(node);
        }
        catch (OperatorException error)
        {
            throw new TfLiteNodeException($"cannot be carried out: {error.Message}");
        }
    }

    // Some converters write a result under other extents than its operator gives, with as many elements.
    private Tensor Reshaped(TfLiteOperator source, Node node, Tensor like)
    {
        Tensor result = node.Output;
        if (result.Shape.ElementCount != like.Shape.ElementCount)
        {
            throw new TfLiteNodeException($"gives {result.Shape} where the file says {like.Shape}");
        }

        result.Name = UniqueTensorName(node.Name + "/result");
        Tensor unshaped = Add(OperatorCatalog.Of(node), node);
        return Emit(source, "Reshape", new Operators.Shaping.ReshapeAttributes(like.Shape.Extents), [unshaped], like, keepsName: true);
    }

    // Whether the file's extents are only a guess: not fixed, not written, or made for other extents of the inputs.
    private bool IsShapeOpen(Tensor like)
    {
        TfLiteTensor declared = _source[_indexOfDeclared[like]];
        return _extentsAreChanged || declared.Shape.Length == 0 || declared.Signature.Contains(-1);
    }

    private Tensor Add(Operator definition, Node node)
    {
        if (definition.StateUse == StateUse.None && node.Output.ByteSize <= MaxFoldedBytes && node.Inputs.Count > 0 && node.Inputs.All(input => input is null or { IsConstant: true }))
        {
            return Compute(definition, node);
        }

        Graph.Nodes.Add(node);
        return node.Output;
    }

    private static Tensor Compute(Operator definition, Node node)
    {
        byte[] bytes = new byte[node.Output.ByteSize];
        var inputs = node.Inputs.Select(input => input is null ? (Memory<byte>?)null : input.Constant!.Value.ToArray()).ToArray();
        definition.Execute(new OperatorCall(node, inputs, [bytes], new byte[definition.ScratchBytes(node)]));
        return new Tensor(node.Output.Name, node.Output.Type, node.Output.Shape) { Constant = bytes, Quantization = node.Output.Quantization };
    }

    // Where a signature leaves an axis open the shape holds 1, or −1 in files that have no signature.
    private static int[] FileExtents(TfLiteTensor tensor) =>
        tensor.Contents.IsEmpty ? [.. tensor.Shape.Select(extent => extent == -1 ? 1 : extent)] : tensor.Shape;
}
