using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>One operator of the file while its form reads it: operands, settings, and where the nodes it becomes go.</summary>
internal sealed class TfLiteNode(TfLiteOperator source, TfLiteGraphBuilder builder)
{
    /// <summary>The schema's name of the operator.</summary>
    public string Operator => source.Name;

    /// <summary>The operator's settings by slot.</summary>
    public FlatTable Options => source.Options;

    /// <summary>Operands, those left out at the end not counted.</summary>
    public int InputCount => source.Inputs.Length;

    /// <summary>Results.</summary>
    public int OutputCount => source.Outputs.Length;

    /// <summary>A required operand.</summary>
    public Tensor Input(int index) => OptionalInput(index) ?? throw Fault($"has no input {index}");

    /// <summary>An operand, or null where it is left out.</summary>
    public Tensor? OptionalInput(int index) =>
        index < source.Inputs.Length && source.Inputs[index] >= 0 ? builder.Value(source.Inputs[index]) : null;

    /// <summary>All operands; each is required.</summary>
    public Tensor[] Inputs() => [.. Enumerable.Range(0, InputCount).Select(Input)];

    /// <summary>What the file says of a result: its name, type, quantization, and the extents it has unless the user fixes others.</summary>
    public Tensor Declared(int index = 0) =>
        index < source.Outputs.Length ? builder.Declared(source.Outputs[index]) : throw Fault($"has no output {index}");

    /// <summary>The elements of an operand of integers that must be known when building, or null when it is left out.</summary>
    public ImmutableArray<int>? OptionalIntegers(int index, string what)
    {
        if (OptionalInput(index) is not { } tensor)
        {
            return null;
        }

        if (!tensor.IsConstant)
        {
            throw Fault($"takes its {what} from '{tensor.Name}', which is known only at run time");
        }

        return tensor.Type switch
        {
            ElementType.Int32 => [.. tensor.Values<int>()],
            ElementType.Int64 => [.. tensor.Values<long>().ToArray().Select(value => (int)Math.Clamp(value, int.MinValue, int.MaxValue))],
            _ => throw Fault($"takes its {what} from {tensor.Type.DisplayName()} values"),
        };
    }

    /// <summary>The elements of a required operand of integers that must be known when building.</summary>
    public ImmutableArray<int> Integers(int index, string what) =>
        OptionalIntegers(index, what) ?? throw Fault($"has no {what} (input {index})");

    /// <summary>An axis counted from the front.</summary>
    public int Axis(int axis, int rank) =>
        axis >= -rank && axis < rank ? (axis < 0 ? axis + rank : axis) : throw Fault($"names axis {axis} of {rank}");

    /// <summary>The single axis that a constant operand holds.</summary>
    public int AxisInput(int index, int rank)
    {
        ImmutableArray<int> axes = Integers(index, "axis");
        return axes.Length == 1 ? Axis(axes[0], rank) : throw Fault($"names {axes.Length} axes where one is meant");
    }

    /// <summary>The limits of a fused activation by its number in the schema.</summary>
    public Clamp FusedActivation(int slot) => Options.Byte(slot) switch
    {
        0 => Clamp.None,
        1 => Clamp.Relu,
        2 => new Clamp(-1, 1),
        3 => Clamp.Relu6,
        4 => throw Fault("has a fused TANH, which is not supported; export the activation as an operator of its own"),
        var code => throw Fault($"has the fused activation {code}, which is not supported"),
    };

    /// <summary>A setting that must be positive: a stride, a dilation, a kernel's extent.</summary>
    public int Positive(int slot, string what, int otherwise = 0) =>
        Options.Int32(slot, otherwise) is > 0 and var value ? value : throw Fault($"has the {what} {Options.Int32(slot, otherwise)}");

    /// <summary>Refuses an operand of another rank.</summary>
    public Tensor Ranked(Tensor tensor, int rank) =>
        tensor.Shape.Rank == rank ? tensor : throw Fault($"reads '{tensor}', which should have {rank} axes");

    /// <summary>Refuses float activations beside integer weights, whose activations TensorFlow Lite would quantize anew at each run.</summary>
    public void RefuseHybrid(Tensor activations, Tensor weights)
    {
        if (activations.Type.IsFloat() && !weights.Type.IsFloat())
        {
            throw new TfLiteNodeException($"reads float activations '{activations}' beside integer weights '{weights}'", isHybrid: true);
        }
    }

    /// <summary>Refuses quantized operands of other types than int8 to operators that compute with them; integers that stand for themselves pass.</summary>
    public void RefuseOtherQuantized()
    {
        if (Inputs().FirstOrDefault(tensor => tensor.Quantization is not null && tensor.Type != ElementType.Int8) is { } operand)
        {
            throw Fault($"computes with '{operand}', which is quantized; int8 is supported");
        }
    }

    /// <summary>Adds a node that computes a result of this operator.</summary>
    public void Result(int output, string operatorName, OperatorAttributes attributes, params ReadOnlySpan<Tensor?> inputs) =>
        Bind(output, builder.Emit(source, operatorName, attributes, inputs, Declared(output), keepsName: true));

    /// <summary>Adds a node whose only result has the type and quantization of <paramref name="like"/>.</summary>
    public Tensor Step(string operatorName, OperatorAttributes attributes, Tensor like, params ReadOnlySpan<Tensor?> inputs) =>
        builder.Emit(source, operatorName, attributes, inputs, like, keepsName: false);

    /// <summary>Adds a constant.</summary>
    public Tensor Constant<T>(ElementType type, Shape shape, ReadOnlySpan<T> values, QuantizationParameters? quantization = null)
        where T : unmanaged =>
        Tensor.FromValues(builder.UniqueTensorName(builder.NameOf(source) + "/constant"), type, shape, values, quantization);

    /// <summary>Makes a tensor the result of this operator.</summary>
    public void Bind(int output, Tensor tensor)
    {
        Declared(output);
        builder.Bind(source.Outputs[output], tensor);
    }

    /// <summary>Why this node cannot be carried out: the rest of a sentence that begins with the node's name.</summary>
    public TfLiteNodeException Fault(string message) => new(message);
}
