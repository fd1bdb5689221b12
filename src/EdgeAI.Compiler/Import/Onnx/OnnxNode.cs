using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using AttributeType = EdgeAI.Compiler.Import.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>One node of the file with its operands resolved and typed readers of its attributes.</summary>
internal sealed class OnnxNode
{
    private readonly NodeProto _proto;
    private readonly OnnxTensorReader _tensors;
    private readonly IReadOnlySet<string> _read;
    private readonly IReadOnlyDictionary<string, ValueInfoProto> _declared;
    private readonly IReadOnlyDictionary<string, long> _fileTypes;

    /// <summary>
    /// The node of a source with its operands; <paramref name="read"/> are the values that anybody reads, <paramref name="declared"/> those whose
    /// type the file gives, <paramref name="fileTypes"/> element types by name.
    /// </summary>
    public OnnxNode(
        OnnxSourceNode source, IReadOnlyList<OnnxValue?> values, OnnxTensorReader tensors, IReadOnlySet<string> read,
        IReadOnlyDictionary<string, ValueInfoProto> declared, IReadOnlyDictionary<string, long> fileTypes)
    {
        _declared = declared;
        _fileTypes = fileTypes;
        _proto = source.Proto;
        _tensors = tensors;
        _read = read;
        Name = source.Name;
        FileName = source.FileName;
        Version = source.Version;
        Values = values;
        Inputs = [.. values.Select(value => value?.Tensor)];
    }

    /// <summary>The source's name, or operator and index where it has none.</summary>
    public string Name { get; }

    /// <summary>What the file's node is called, of which this may be one of several copies.</summary>
    public string FileName { get; }

    /// <summary>The model file, for diagnostics.</summary>
    public string File { get; init; } = "";

    /// <summary>What wrote the file, by its own name: <c>pytorch</c>. It tells what is meant where frameworks and the specification part.</summary>
    public string Producer { get; init; } = "";

    /// <summary>
    /// Adds a graph that the node carries under an attribute's name, its inputs standing for the given values; null where parts of it cannot be imported, which
    /// has been told.
    /// </summary>
    public Func<string, GraphProto, IReadOnlyList<OnnxValue>, IReadOnlyList<OnnxValue>?> Inline { get; init; } = (_, _, _) => null;

    /// <summary>Names of the attributes that the node carries.</summary>
    public IEnumerable<string> AttributeNames => _proto.Attribute.Select(attribute => attribute.Name);

    /// <summary>The operator, <c>Conv</c>.</summary>
    public string OperatorType => _proto.OpType;

    /// <summary>The version of the operator set the node is written for.</summary>
    public long Version { get; }

    /// <summary>Operands of all kinds; null where one is left out.</summary>
    public IReadOnlyList<OnnxValue?> Values { get; }

    /// <summary>Operands; null where an optional one is left out, and for a sequence.</summary>
    public IReadOnlyList<Tensor?> Inputs { get; }

    /// <summary>Names of the results; empty for one that is not asked for.</summary>
    public IReadOnlyList<string> Outputs => _proto.Output;

    /// <summary>Whether every operand that is there is a constant.</summary>
    public bool IsConstant => Values.All(value => value is null or { Tensor.IsConstant: true });

    /// <summary>A required operand.</summary>
    public Tensor Input(int index) => Optional(index)
        ?? throw new OnnxNodeException($"operand {index} is missing", "Export the model again");

    /// <summary>A required operand of any kind.</summary>
    public OnnxValue Value(int index) => (index < Values.Count ? Values[index] : null)
        ?? throw new OnnxNodeException($"operand {index} is missing", "Export the model again");

    /// <summary>An operand, or null where it is left out.</summary>
    public Tensor? Optional(int index) => index < Inputs.Count ? Inputs[index] : null;

    /// <summary>The type that the file gives for an operand; 0 where it gives none.</summary>
    public long FileType(int index) => index < _proto.Input.Count ? _fileTypes.GetValueOrDefault(_proto.Input[index]) : 0;

    /// <summary>Whether a result has a name and is read by anybody.</summary>
    public bool HasOutput(int index) => index < Outputs.Count && Outputs[index].Length > 0 && _read.Contains(Outputs[index]);

    /// <summary>Whether the node carries an attribute.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>An integer attribute.</summary>
    public long Int(string name, long fallback) => Find(name) is { } attribute ? Checked(attribute, AttributeType.Int).I : fallback;

    /// <summary>An integer attribute that stands for a yes or no.</summary>
    public bool Flag(string name, bool fallback = false) => Int(name, fallback ? 1 : 0) != 0;

    /// <summary>A required integer attribute.</summary>
    public long RequiredInt(string name) => Checked(Required(name), AttributeType.Int).I;

    /// <summary>A float attribute.</summary>
    public float Float(string name, float fallback) =>
        Find(name) is { } attribute ? Checked(attribute, AttributeType.Float).F : fallback;

    /// <summary>A text attribute.</summary>
    public string Text(string name, string fallback) =>
        Find(name) is { } attribute ? Checked(attribute, AttributeType.String).S.ToStringUtf8() : fallback;

    /// <summary>A list of integers, or null where the attribute is left out.</summary>
    public ImmutableArray<long>? Ints(string name) =>
        Find(name) is { } attribute ? [.. Checked(attribute, AttributeType.Ints).Ints] : null;

    /// <summary>A list of floats, or null where the attribute is left out.</summary>
    public ImmutableArray<float>? Floats(string name) =>
        Find(name) is { } attribute ? [.. Checked(attribute, AttributeType.Floats).Floats] : null;

    /// <summary>A list of texts, or a tensor of them; null where the attribute is left out or holds numbers.</summary>
    public string[]? Strings(string name) => Find(name) switch
    {
        null => null,
        { Type: AttributeType.Tensor, T: var tensor } => tensor?.DataType == (int)TensorProto.Types.DataType.String ? [.. tensor.StringData.Select(text => text.ToStringUtf8())] : null,
        var attribute => [.. Checked(attribute, AttributeType.Strings).Strings.Select(text => text.ToStringUtf8())],
    };

    /// <summary>A tensor attribute as a constant, or null where it is left out.</summary>
    public Tensor? TensorOf(string name) => Find(name) is { } attribute
        ? _tensors.Read(Checked(attribute, AttributeType.Tensor).T ?? throw Mistyped(attribute, AttributeType.Tensor), $"{Name}/{name}")
        : null;

    /// <summary>A graph attribute; null where it is left out.</summary>
    public GraphProto? GraphOf(string name) =>
        Find(name) is { } attribute ? Checked(attribute, AttributeType.Graph).G : null;

    /// <summary>A list of small integers with a rule for its length; the fallback repeated where the attribute is left out.</summary>
    public int[] Extents(string name, int count, int fallback, int minimum)
    {
        if (count < 1)
        {
            throw new OnnxNodeException("its operand has no spatial axis", "Three axes or more are needed: batch, channels and what lies in space");
        }

        if (Ints(name) is not { } values)
        {
            return [.. Enumerable.Repeat(fallback, count)];
        }

        if (values.Length != count)
        {
            throw new OnnxNodeException($"{name} has {values.Length} values instead of {count}", "Give one for each spatial axis");
        }

        foreach (long value in values)
        {
            if (value < minimum || value > 1 << 24)
            {
                throw new OnnxNodeException($"{name} holds {value}", $"Values from {minimum} to {1 << 24} are supported");
            }
        }

        return [.. values.Select(value => (int)value)];
    }

    /// <summary>An operand of integers that must be a constant; null where it is left out.</summary>
    public long[]? ConstantInts(int index, string what)
    {
        if (Optional(index) is not { } tensor)
        {
            return null;
        }

        if (!tensor.IsConstant)
        {
            throw new OnnxNodeException($"{what} is computed at run time", $"Only a constant {what} is supported; export with fixed shapes");
        }

        return tensor.Type switch
        {
            ElementType.Int64 => tensor.Values<long>().ToArray(),
            ElementType.Int32 => [.. tensor.Values<int>().ToArray().Select(value => (long)value)],
            _ => throw new OnnxNodeException($"{what} is {tensor.Type.DisplayName()}", "Integers of 32 or 64 bits are supported"),
        };
    }

    /// <summary>An operand that gives the shape of the result: a constant, or the shape that the file declares for it where that is computed at run time.</summary>
    public long[]? ShapeInts(int index, string what)
    {
        if (Optional(index) is not { IsConstant: false })
        {
            return ConstantInts(index, what);
        }

        TensorShapeProto? declared = Outputs.Count > 0 ? _declared.GetValueOrDefault(Outputs[0])?.Type?.TensorType?.Shape : null;
        return declared is not null && declared.Dim.All(extent => extent.DimValue is > 0 and <= 1 << 24)
            ? [.. declared.Dim.Select(extent => extent.DimValue)]
            : throw new OnnxNodeException($"{what} is computed at run time", "Export with fixed shapes, or declare the result's shape in the model (value_info, or the output's type)");
    }

    /// <summary>The extent that the file declares for an axis of a result whose number of elements depends on values.</summary>
    public int DeclaredExtent(int output, int axis)
    {
        string name = output < Outputs.Count ? Outputs[output] : "";
        TensorShapeProto? shape = _declared.GetValueOrDefault(name)?.Type?.TensorType?.Shape;
        return shape is not null && axis < shape.Dim.Count && shape.Dim[axis].DimValue is > 0 and <= 1 << 24 and long extent
            ? (int)extent
            : throw new OnnxNodeException($"the extent of axis {axis} of '{name}' depends on values and is not declared",
                "Declare the most that is wanted as the value's shape in the model (value_info, or the output's type)");
    }

    /// <summary>A required operand of integers that must be a constant.</summary>
    public long[] RequiredInts(int index, string what) => ConstantInts(index, what)
        ?? throw new OnnxNodeException($"{what}, operand {index}, is missing", "Export the model again");

    /// <summary>An operand of floats that must be a constant; null where it is left out.</summary>
    public float[]? ConstantFloats(int index, string what)
    {
        if (Optional(index) is not { } tensor)
        {
            return null;
        }

        return tensor is { IsConstant: true, Type: ElementType.Float32 }
            ? tensor.Values<float>().ToArray()
            : throw new OnnxNodeException($"{what} is not a constant of floats", $"Only a constant {what} is supported");
    }

    /// <summary>Axes, from an attribute or from the operand that later versions use; null where neither is there.</summary>
    public long[]? AxesFrom(string attribute, int inputIndex) =>
        Ints(attribute) is { } values ? [.. values] : ConstantInts(inputIndex, attribute);

    /// <summary>An axis counted from the front. Throws when it lies outside the rank.</summary>
    public static int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank
            ? (int)(axis < 0 ? axis + rank : axis)
            : throw new OnnxNodeException($"axis {axis} lies outside rank {rank}", $"Axes from {-rank} to {rank - 1} exist");

    /// <summary>Axes counted from the front, ascending and without repetition.</summary>
    public static int[] Axes(IEnumerable<long> axes, int rank) =>
        [.. axes.Select(axis => Axis(axis, rank)).Distinct().Order()];

    /// <summary>The bytes of a constant's elements as another view.</summary>
    public static ReadOnlySpan<T> Elements<T>(Tensor constant) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(constant.Constant!.Value.Span);

    private AttributeProto? Find(string name)
    {
        foreach (AttributeProto attribute in _proto.Attribute)
        {
            if (attribute.Name == name)
            {
                return attribute;
            }
        }

        return null;
    }

    private AttributeProto Required(string name) =>
        Find(name) ?? throw new OnnxNodeException($"attribute {name} is missing", "Export the model again");

    private static AttributeProto Checked(AttributeProto attribute, AttributeType type) =>
        attribute.Type == type || attribute.Type == AttributeType.Undefined ? attribute : throw Mistyped(attribute, type);

    private static OnnxNodeException Mistyped(AttributeProto attribute, AttributeType type) =>
        new($"attribute {attribute.Name} is {attribute.Type} instead of {type}", "Export the model again");
}
