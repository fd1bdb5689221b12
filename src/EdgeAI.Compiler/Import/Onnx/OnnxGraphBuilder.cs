using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Quantizing;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// Makes the internal graph for the forms: names, types and shapes by the operators' own rules, and what the file's values became.
/// Steps of shape and order on constants, and on dequantized constants, are carried out at once.
/// </summary>
internal sealed class OnnxGraphBuilder
{
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<Tensor, Node> _producers = new(ReferenceEqualityComparer.Instance);
    private readonly UniqueNames _tensorNames;
    private readonly UniqueNames _nodeNames;
    private readonly HashSet<Tensor> _unbound = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(Tensor Source, string Step), Tensor> _movedConstants = [];
    private readonly HashSet<string> _boundNames = new(StringComparer.Ordinal);
    private readonly Dictionary<Tensor, string[]> _texts = new(ReferenceEqualityComparer.Instance);
    private OnnxNode? _current;
    private bool _mainNameUsed;

    /// <summary>A builder that keeps the file's own names free for what they name.</summary>
    public OnnxGraphBuilder(IEnumerable<string> valueNames, IEnumerable<string> nodeNames)
    {
        _tensorNames = new(valueNames);
        _nodeNames = new(nodeNames);
    }

    /// <summary>Whether quantized operators are computed exactly as the file writes them; else as what becomes the product's integer operators.</summary>
    public bool IsAsWritten { get; init; }

    /// <summary>Everything added, in execution order.</summary>
    public List<Node> Nodes { get; } = [];

    /// <summary>The current value of a name, or null where it has none.</summary>
    public OnnxValue? Value(string name) => _values.GetValueOrDefault(name);

    /// <summary>Says what a name of the file stands for: an input, an initializer.</summary>
    public void Define(string name, OnnxValue value) => _values[name] = value;

    /// <summary>Starts a node of the file: what is added takes its name.</summary>
    public void Begin(OnnxNode node)
    {
        _current = node;
        _unbound.Clear();
        _mainNameUsed = false;
    }

    /// <summary>Says what a result of the node is. A tensor made for this node takes the name of the result.</summary>
    public void Bind(OnnxNode node, int index, OnnxValue value)
    {
        if (!node.HasOutput(index))
        {
            return;
        }

        if (value.Tensor is { } tensor && _unbound.Remove(tensor))
        {
            _tensorNames.Free(tensor.Name);
            tensor.Name = NameOfResult(node.Outputs[index]);
        }

        _values[node.Outputs[index]] = value;
    }

    /// <summary>Adds the operation that the node of the file is; it takes the file's name.</summary>
    public Tensor Add(string operatorName, OperatorAttributes attributes, params ReadOnlySpan<Tensor?> inputs)
    {
        string name = _current!.Name;
        if (_mainNameUsed)
        {
            name = UniqueNodeName($"{name}/{operatorName}");
        }

        _mainNameUsed = true;
        return AddNode(name, operatorName, attributes, inputs, null);
    }

    /// <summary>Adds the operation that the node of the file is, of an operator that need not be in the catalog, and gives all of its results.</summary>
    public IReadOnlyList<Tensor> AddAll(Operator definition, OperatorAttributes attributes, IReadOnlyList<Tensor?> inputs)
    {
        var node = new Node(_current!.Name, definition.Name, attributes) { Inputs = [.. inputs], Source = _current.FileName };
        _mainNameUsed = true;
        foreach (TensorType type in Infer(definition, node))
        {
            Tensor result = NewTensor(node.Name, type);
            node.Outputs.Add(result);
            _producers[result] = node;
            _unbound.Add(result);
        }

        Nodes.Add(node);
        return [.. node.Outputs];
    }

    /// <summary>Adds an operation around the main one; without a suffix it is the main one.</summary>
    public Tensor AddStep(string suffix, string operatorName, OperatorAttributes attributes, params ReadOnlySpan<Tensor?> inputs) =>
        suffix.Length == 0
            ? Add(operatorName, attributes, inputs)
            : AddNode(UniqueNodeName($"{_current!.Name}/{suffix}"), operatorName, attributes, inputs, null);

    /// <summary>Adds a conversion whose result has a given type and quantization.</summary>
    public Tensor AddConversion(string operatorName, ElementType type, QuantizationParameters? quantization, Tensor input)
    {
        string name = _mainNameUsed ? UniqueNodeName($"{_current!.Name}/{operatorName}") : _current!.Name;
        _mainNameUsed = true;
        Tensor result = NewTensor(name, new TensorType(type, input.Shape));
        result.Quantization = quantization;
        return AddNode(name, operatorName, operatorName == "Quantize" ? new QuantizeAttributes(HalfToEven: true) : NoAttributes.Instance, [input], result);
    }

    /// <summary>A constant of floats made by the importer.</summary>
    public Tensor Constant(string suffix, Shape shape, ReadOnlySpan<float> values) =>
        Tensor.FromValues(UniqueTensorName($"{_current!.Name}/{suffix}"), ElementType.Float32, shape, values);

    /// <summary>A single float.</summary>
    public Tensor Constant(string suffix, float value) => Constant(suffix, Shape.Scalar, [value]);

    /// <summary>The operand with its axes in another order: result axis i is operand axis permutation[i].</summary>
    public Tensor Transpose(Tensor tensor, string suffix, params ReadOnlySpan<int> permutation)
    {
        bool isIdentity = true;
        for (int i = 0; i < permutation.Length; i++)
        {
            isIdentity &= permutation[i] == i;
        }

        if (isIdentity)
        {
            return tensor;
        }

        ImmutableArray<int> order = [.. permutation];
        return MoveConstant(tensor, $"transposed {string.Join(' ', order)}", suffix, constant => ConstantMoves.Transpose(constant, order))
            ?? AddStep(suffix, "Transpose", new TransposeAttributes(order), tensor);
    }

    /// <summary>The operand's elements under other extents.</summary>
    public Tensor Reshape(Tensor tensor, string suffix, params ReadOnlySpan<int> extents)
    {
        var shape = new Shape(extents);
        if (shape == tensor.Shape)
        {
            return tensor;
        }

        ImmutableArray<int> array = shape.Extents;
        return MoveConstant(tensor, $"reshaped {string.Join(' ', array)}", suffix, constant => ConstantMoves.Reshape(constant, shape))
            ?? AddStep(suffix, "Reshape", new ReshapeAttributes(array), tensor);
    }

    /// <summary>Part of the operand on each axis.</summary>
    public Tensor Slice(Tensor tensor, string suffix, ImmutableArray<int> starts, ImmutableArray<int> extents, ImmutableArray<int> steps)
    {
        bool isWhole = extents.AsSpan().SequenceEqual(tensor.Shape.Extents.AsSpan()) && starts.All(start => start == 0)
            && steps.All(step => step == 1);
        return isWhole ? tensor : AddStep(suffix, "Slice", new SliceAttributes(starts, extents, steps), tensor);
    }

    /// <summary>The operand's element at an index of an axis, without the axis; of a constant a constant.</summary>
    public Tensor Element(Tensor tensor, int axis, int index) =>
        Reshape(Part(tensor, "element", axis, index, 1), "element", [.. tensor.Shape.Extents.RemoveAt(axis)]);

    /// <summary>A stretch of the operand on one axis; of a constant a constant.</summary>
    public Tensor Part(Tensor tensor, string suffix, int axis, int start, int extent)
    {
        int[] starts = new int[tensor.Shape.Rank];
        int[] extents = [.. tensor.Shape.Extents];
        starts[axis] = start;
        extents[axis] = extent;
        var part = new SlicePart([.. starts], [.. extents], [.. extents.Select(_ => 1)]);
        return tensor is { IsConstant: true, Quantization: null }
            ? Named(ConstantMoves.Part(tensor, part), suffix)
            : Slice(tensor, suffix, part.Starts, part.Extents, part.Steps);
    }

    /// <summary>The operands one behind another on an axis; of constants a constant. Throws <see cref="OnnxNodeException"/> where their shapes differ elsewhere.</summary>
    public Tensor Joined(IReadOnlyList<Tensor> parts, string suffix, int axis) =>
        parts.Count == 1 ? parts[0]
        : parts.All(part => part is { IsConstant: true, Quantization: null }) ? Named(ConstantMoves.Concatenate(parts, axis), suffix)
        : AddStep(suffix, "Concatenate", new ConcatenateAttributes(axis), [.. parts]);

    /// <summary>The operands one behind another on an axis of their own; of constants a constant.</summary>
    public Tensor Stacked(IReadOnlyList<Tensor> parts, string suffix, int axis) =>
        Joined([.. parts.Select(part => Reshape(part, "wide", [.. part.Shape.Extents.Insert(axis, 1)]))], suffix, axis);

    /// <summary>[batch, channels, height, width] to channels last.</summary>
    public Tensor ToChannelsLast(Tensor tensor) => Transpose(tensor, "channels_last", 0, 2, 3, 1);

    /// <summary>Channels last back to [batch, channels, height, width].</summary>
    public Tensor ToChannelsFirst(Tensor tensor) => Transpose(tensor, "channels_first", 0, 3, 1, 2);

    /// <summary>Whether a tensor is a constant, or the real values of a quantized one.</summary>
    public bool IsConstantLike(Tensor tensor) => tensor.IsConstant || DequantizedConstant(tensor) is not null;

    /// <summary>The name of what stands for a value of the file: its own, and others where an inner graph runs several times.</summary>
    public string NameOfResult(string name) => _boundNames.Add(name) ? name : UniqueTensorName(name);

    /// <summary>Diagnostics of forms.</summary>
    public List<Diagnostic> Told { get; } = [];

    /// <summary>Says that the integers of a tensor are places in a list of texts.</summary>
    public void StandsForTexts(Tensor tensor, string[] texts) => _texts[tensor] = texts;

    /// <summary>The texts that the integers of a tensor stand for; null where they are numbers.</summary>
    public string[]? TextsOf(Tensor tensor) => _texts.GetValueOrDefault(tensor);

    /// <summary>A name no tensor has.</summary>
    public string UniqueTensorName(string wanted) => _tensorNames.Take(wanted);

    private Tensor Named(Tensor constant, string suffix)
    {
        constant.Name = UniqueTensorName($"{_current!.Name}/{suffix}");
        return constant;
    }

    private string UniqueNodeName(string wanted) => _nodeNames.Take(wanted);

    private Tensor? DequantizedConstant(Tensor tensor) =>
        _producers.TryGetValue(tensor, out Node? producer) && producer.Operator == "Dequantize" && producer.Input(0).IsConstant
            ? producer.Input(0)
            : null;

    private Tensor? MoveConstant(Tensor tensor, string step, string suffix, Func<Tensor, Tensor?> move)
    {
        suffix = suffix.Length == 0 ? "moved" : suffix;
        if (_movedConstants.TryGetValue((tensor, step), out Tensor? known))
        {
            return known;
        }

        Tensor? result = null;
        if (tensor.IsConstant)
        {
            result = move(tensor);
            if (result is not null)
            {
                result.Name = UniqueTensorName($"{tensor.Name}/{suffix}");
            }
        }
        else if (DequantizedConstant(tensor) is { } integers && move(integers) is { } moved)
        {
            moved.Name = UniqueTensorName($"{integers.Name}/{suffix}");
            result = AddNode(UniqueNodeName($"{_current!.Name}/{suffix}"), "Dequantize", NoAttributes.Instance, [moved],
                NewTensor($"{tensor.Name}/{suffix}", new TensorType(ElementType.Float32, moved.Shape)));
        }

        if (result is not null)
        {
            _movedConstants.Add((tensor, step), result);
        }

        return result;
    }

    private Tensor AddNode(string name, string operatorName, OperatorAttributes attributes, ReadOnlySpan<Tensor?> inputs, Tensor? result)
    {
        Operator definition = OperatorCatalog.Find(operatorName)
            ?? throw new OnnxNodeException($"the operator {operatorName} is not part of this version", "Replace it in the source model");
        var node = new Node(name, operatorName, attributes) { Inputs = [.. inputs], Source = _current!.FileName };
        if (result is not null)
        {
            node.Outputs.Add(result);
        }

        IReadOnlyList<TensorType> types = Infer(definition, node);
        if (result is null)
        {
            result = NewTensor(name, types[0]);
            result.Quantization = CarriedQuantization(node, types[0].Type);
            node.Outputs.Add(result);
        }

        Nodes.Add(node);
        _producers[result] = node;
        _unbound.Add(result);
        return result;
    }

    private static IReadOnlyList<TensorType> Infer(Operator definition, Node node)
    {
        try
        {
            return definition.Infer(node);
        }
        catch (OperatorException error)
        {
            throw new OnnxNodeException(error.Message.TrimEnd('.'), "Change it in the source model and export again");
        }
        catch (OverflowException)
        {
            throw new OnnxNodeException("its result is larger than 256 MiB", "No device of this product can hold it; check the shapes");
        }
    }

    /// <summary>Integers that are only moved keep their meaning.</summary>
    private static QuantizationParameters? CarriedQuantization(Node node, ElementType type) =>
        !type.IsFloat() && node.OptionalInput(0) is { Quantization.IsPerChannel: false } first && first.Type == type
            ? first.Quantization
            : null;

    private Tensor NewTensor(string name, TensorType type)
    {
        OnnxLimits.Check(name, type.Type, type.Shape.Extents.AsSpan());
        return new Tensor(UniqueTensorName(name), type.Type, type.Shape);
    }
}
