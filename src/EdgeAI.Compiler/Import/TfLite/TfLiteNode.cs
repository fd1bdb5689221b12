using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>One operator of the file while its form reads it: operands, settings, and where the nodes it becomes go.</summary>
internal sealed class TfLiteNode(TfLiteOperator source, TfLiteGraphBuilder builder, TfLiteGraphImport import)
{
    /// <summary>The schema's name of the operator.</summary>
    public string Operator => source.Name;

    /// <summary>What the file calls the operator.</summary>
    public string Source => builder.SourceOf(source);

    /// <summary>The model file, for diagnostics.</summary>
    public string File => import.File;

    /// <summary>The operator's settings by slot.</summary>
    public FlatTable Options => source.Options;

    /// <summary>Settings of a custom operator, in its own form.</summary>
    public ReadOnlyMemory<byte> CustomOptions => source.CustomOptions;

    /// <summary>The settings of a custom operator that are written as FlexBuffers. Throws <see cref="TfLiteNodeException"/> when they cannot be read.</summary>
    public FlexBufferMap Settings() => FlexBufferMap.Read(CustomOptions.Span);

    /// <summary>What lasts between runs.</summary>
    public TfLiteVariables Variables => import.Variables;

    /// <summary>Operands, those left out at the end not counted.</summary>
    public int InputCount => source.Inputs.Length;

    /// <summary>Results.</summary>
    public int OutputCount => source.Outputs.Length;

    /// <summary>A required operand.</summary>
    public Tensor Input(int index) => OptionalInput(index) ?? throw Fault($"has no input {index}");

    /// <summary>An operand, or null where it is left out; of one that the file marks as variable its value at this point of the run.</summary>
    public Tensor? OptionalInput(int index) => index >= source.Inputs.Length || source.Inputs[index] < 0 ? null
        : builder.IsVariable(source.Inputs[index]) ? ReadVariable(Handle(index))
        : builder.Value(source.Inputs[index]);

    /// <summary>What stands for a variable: a resource, or a tensor that the file marks as variable.</summary>
    public Tensor Handle(int index) => index < source.Inputs.Length && source.Inputs[index] >= 0
        ? builder.Value(source.Inputs[index])
        : throw Fault($"has no input {index}");

    /// <summary>The integers of an operand as the file holds them: those of quantized uint8 values are 128 lower here.</summary>
    public Tensor FileIntegers(int index)
    {
        Tensor tensor = Input(index);
        if (!builder.IsUnsigned(source.Inputs[index]))
        {
            return tensor;
        }

        QuantizationParameters quantization = tensor.Quantization!;
        var like = new Tensor("", ElementType.UInt8, tensor.Shape)
        {
            Quantization = quantization with { ZeroPoints = [.. quantization.ZeroPoints.Select(zeroPoint => zeroPoint + 128)] },
        };
        return Step("Requantize", NoAttributes.Instance, like, tensor);
    }

    /// <summary>All operands; each is required.</summary>
    public Tensor[] Inputs() => [.. Enumerable.Range(0, InputCount).Select(Input)];

    /// <summary>What the file says of a result: its name, type, quantization, and the extents it has unless the user fixes others.</summary>
    public Tensor Declared(int index = 0) =>
        index < source.Outputs.Length ? builder.Declared(source.Outputs[index]) : throw Fault($"has no output {index}");

    /// <summary>The extent that the file fixes for an axis of a result whose number of elements depends on values.</summary>
    public int DeclaredExtent(int output, int axis)
    {
        Tensor declared = Declared(output);
        return axis < declared.Shape.Rank && declared.Shape[axis] > 0 && !builder.IsOpen(source.Outputs[output], axis)
            ? declared.Shape[axis]
            : throw Fault($"gives '{declared}', whose extent of axis {axis} depends on values; fix it in the file to the most that is wanted");
    }

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

    /// <summary>Whether an operand holds complex numbers, which are pairs on a last axis that the file does not have.</summary>
    public bool IsComplex(int input) => input < source.Inputs.Length && source.Inputs[input] >= 0 && builder.IsComplex(source.Inputs[input]);

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

    /// <summary>
    /// Weights as the activations beside them ask for: integer weights beside float activations, which TensorFlow Lite would quantize anew at each
    /// run, become the reals that they stand for.
    /// </summary>
    public Tensor WeightsFor(Tensor activations, int index)
    {
        Tensor weights = Input(index);
        if (!activations.Type.IsFloat() || weights.Type.IsFloat())
        {
            return weights;
        }

        if (!weights.IsConstant || weights.Quantization is null || !AffineQuantization.HasReals(weights.Type))
        {
            throw Fault($"reads float activations '{activations}' beside '{weights}', integers that are {(weights.IsConstant ? "without a scale" : "known only at run time")}");
        }

        import.NoteHybrid(builder.SourceOf(source));
        return builder.Reals(weights);
    }

    /// <summary>Whether an operand or the result is quantized in another type than int8, so that operators compute with its reals.</summary>
    public bool IsWide => Inputs().Append(Declared()).Any(tensor => tensor.Quantization is not null && tensor.Type != ElementType.Int8);

    /// <summary>Adds a node that computes a result of this operator, and gives that result.</summary>
    public Tensor Result(int output, string operatorName, OperatorAttributes attributes, params ReadOnlySpan<Tensor?> inputs)
    {
        Tensor result = builder.Emit(source, operatorName, attributes, inputs, Declared(output), keepsName: true);
        Bind(output, result);
        return result;
    }

    /// <summary>
    /// Adds a node of an operator that need not be in the catalog for all results of this one; those that it computes as reals are quantized behind it where the
    /// file has them so.
    /// </summary>
    public void Results(Operator definition, OperatorAttributes attributes, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor> likes)
    {
        IReadOnlyList<Tensor> results = builder.EmitAll(source, definition, attributes, inputs, [.. likes.Select((like, i) => (like, Declared(i)))]);
        for (int i = 0; i < results.Count; i++)
        {
            if (ReferenceEquals(likes[i], Declared(i)))
            {
                Bind(i, results[i]);
            }
            else
            {
                Result(i, "Quantize", QuantizeAttributes.Away, results[i]);
            }
        }
    }

    /// <summary>Adds a node whose only result has the type and quantization of <paramref name="like"/>.</summary>
    public Tensor Step(string operatorName, OperatorAttributes attributes, Tensor like, params ReadOnlySpan<Tensor?> inputs) =>
        builder.Emit(source, operatorName, attributes, inputs, like, keepsName: false);

    /// <summary>Adds a node whose only result has the given type and no quantization.</summary>
    public Tensor Step(string operatorName, OperatorAttributes attributes, ElementType type, params ReadOnlySpan<Tensor?> inputs) =>
        builder.Emit(source, operatorName, attributes, inputs, new Tensor("", type, Shape.Scalar), keepsName: false);

    /// <summary>The values as reals: a quantized operand is dequantized, any other taken as it is.</summary>
    public Tensor Real(Tensor tensor) =>
        tensor.Quantization is null ? tensor : Step("Dequantize", NoAttributes.Instance, ElementType.Float32, tensor);

    /// <summary>Adds a node over reals that computes a result of this operator, which is quantized behind it where the file has it so.</summary>
    public void RealResult(int output, string operatorName, OperatorAttributes attributes, params ReadOnlySpan<Tensor?> inputs)
    {
        if (Declared(output).Quantization is null)
        {
            Result(output, operatorName, attributes, inputs);
        }
        else
        {
            Result(output, "Quantize", QuantizeAttributes.Away, Step(operatorName, attributes, ElementType.Float32, inputs));
        }
    }

    /// <summary>What has been imported so far, in execution order.</summary>
    public IList<Node> Nodes => builder.Graph.Nodes;

    /// <summary>Adds another graph of the file in this node's place and gives its results.</summary>
    public IReadOnlyList<Tensor> Inline(int graph, IReadOnlyList<Tensor> operands) => import.Inline(graph, operands, builder);

    /// <summary>What a variable is at this point of the run; a resource has its type from <paramref name="like"/>, a tensor its own.</summary>
    public Tensor ReadVariable(Tensor handle, Tensor? like = null) => import.Variables.Read(import.Variables.Of(handle), like ?? handle, builder);

    /// <summary>Gives a variable another value from here on.</summary>
    public void AssignVariable(Tensor handle, Tensor value) => Assign(import.Variables.Of(handle), value);

    /// <summary>What this operator itself keeps between runs, at this point of the run; before the first run it is <paramref name="initial"/>.</summary>
    public Tensor Kept(string what, Tensor initial)
    {
        TfLiteVariable variable = OwnVariable(what);
        variable.Initial ??= initial;
        return import.Variables.Read(variable, initial, builder);
    }

    /// <summary>Keeps another value from here on.</summary>
    public void Keep(string what, Tensor value) => Assign(OwnVariable(what), value);

    /// <summary>Behind this operator the run goes on only where a truth value says so: else what is kept from there on, and the outputs, stay as they were.</summary>
    public void GoOnIf(Tensor truth) => import.GoesOn = import.GoesOn is { } before ? Step("LogicalAnd", NoAttributes.Instance, ElementType.Bool, before, truth) : truth;

    /// <summary>Of how many runs one goes on behind a CIRCULAR_BUFFER whose file does not say it.</summary>
    public int RunsOfBuffer(Shape result) => import.RunsOfBuffer(result);

    /// <summary>Counts bytes that are unpacked. Throws <see cref="TfLiteNodeException"/> past the limit for the file.</summary>
    public void TakeUnpacked(long bytes) => import.TakeUnpacked(bytes);

    private void Assign(TfLiteVariable variable, Tensor value)
    {
        if (import.GoesOn is { } goesOn)
        {
            Tensor before = import.Variables.Read(variable, value, builder);
            value = before.Type == value.Type && before.Shape == value.Shape
                ? Step("Select", NoAttributes.Instance, value, goesOn, value, before)
                : throw Fault($"gives the variable '{variable.Name}', {before}, the value '{value}'");
        }

        import.Variables.Assign(variable, value);
    }

    private TfLiteVariable OwnVariable(string what) => import.Variables.Of(source, $"{builder.NameOf(source)}/{what}");

    /// <summary>
    /// Adds a node that computes a result of this operator, over reals where an operand or the result is quantized in another type than int8.
    /// </summary>
    public void Computed(int output, string operatorName, OperatorAttributes attributes, params ReadOnlySpan<Tensor> inputs)
    {
        var operands = new Tensor?[inputs.Length];
        bool isWide = IsWide;
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = isWide ? Real(inputs[i]) : inputs[i];
        }

        if (isWide)
        {
            RealResult(output, operatorName, attributes, operands);
        }
        else
        {
            Result(output, operatorName, attributes, operands);
        }
    }

    /// <summary>Adds a constant.</summary>
    public Tensor Constant<T>(ElementType type, Shape shape, ReadOnlySpan<T> values, QuantizationParameters? quantization = null)
        where T : unmanaged =>
        Tensor.FromValues(builder.UniqueTensorName(builder.NameOf(source) + "/constant"), type, shape, values, quantization);

    /// <summary>Adds a constant of 32-bit integers.</summary>
    public Tensor Indexes(Shape shape, IEnumerable<int> values) => Constant<int>(ElementType.Int32, shape, [.. values]);

    /// <summary>Makes a tensor the result of this operator.</summary>
    public void Bind(int output, Tensor tensor)
    {
        Declared(output);
        builder.Bind(source.Outputs[output], tensor);
        import.Bound(builder, source.Outputs[output]);
    }

    /// <summary>Why this node cannot be carried out: the rest of a sentence that begins with the node's name.</summary>
    public TfLiteNodeException Fault(string message) => new(message);
}
