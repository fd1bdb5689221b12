using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>
/// SequenceLstm: one direction of an LSTM with sigmoid gates and tanh, in float32, and in int8 or int16 with an int16 cell state, whose arithmetic is that
/// of TensorFlow Lite's integer kernel: gates in Q3.12, activations in Q0.15 by a table, products rounded twice.
/// </summary>
internal sealed class SequenceLstm : Operator
{
    /// <summary>Gates of an LSTM.</summary>
    public const int Gates = 4;

    /// <inheritdoc/>
    public override string Name => "SequenceLstm";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SequenceLstmAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Calibrated;

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => inputIndex switch
    {
        0 => OperandRole.Activation,
        1 => OperandRole.PerChannelWeights(0),
        2 => OperandRole.Bias,
        _ => OperandRole.RecurrentWeights(0),
    };

    /// <inheritdoc/>
    public override long CountMacs(Node node) =>
        (long)node.Input(0).Shape[0] * node.Input(0).Shape[1] * (node.Input(1).Shape.ElementCount + node.Input(3).Shape.ElementCount);

    /// <inheritdoc/>
    public override long ScratchBytes(Node node) => (Gates + 1L) * node.Input(3).Shape[1] * (node.Input(0).Type == ElementType.Float32 ? 4 : 2);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 4);
        Tensor x = node.Operand(0, "x");
        Tensor weights = node.Operand(1, "weights");
        Tensor bias = node.Operand(2, "bias");
        Tensor recurrent = node.Operand(3, "recurrent weights");
        OperandRules.Rank(x, 3, "x");
        OperandRules.Rank(recurrent, 2, "recurrent weights");
        OperandRules.OfType(x, "x", ElementType.Float32, ElementType.Int8, ElementType.Int16);
        bool isInteger = x.Type != ElementType.Float32;
        OperandRules.OfType(weights, "weights", isInteger ? ElementType.Int8 : ElementType.Float32);
        OperandRules.OfType(recurrent, "recurrent weights", isInteger ? ElementType.Int8 : ElementType.Float32);
        OperandRules.OfType(bias, "bias", isInteger ? ElementType.Int32 : ElementType.Float32);
        int hidden = recurrent.Shape[1];
        OperandRules.HasShape(recurrent, new Shape(Gates * hidden, hidden), "recurrent weights");
        OperandRules.HasShape(weights, new Shape(Gates * hidden, x.Shape[2]), "weights");
        OperandRules.HasShape(bias, new Shape(Gates * hidden), "bias");
        if (isInteger)
        {
            CheckInteger(node, x, weights, bias, recurrent);
        }

        return [new(x.Type, new Shape(x.Shape[0], x.Shape[1], hidden))];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        if (call.Node.Output.Shape.ElementCount == 0)
        {
            return;
        }

        if (call.Node.Input(0).Type == ElementType.Int8)
        {
            call.Prepare(node => new IntegerLstm(node)).Run(call.Input<sbyte>(0), call.Output<sbyte>());
            return;
        }

        if (call.Node.Input(0).Type == ElementType.Int16)
        {
            call.Prepare(node => new IntegerLstm(node)).Run(call.Input<short>(0), call.Output<short>());
            return;
        }

        FloatLstm.Run(call.Node, call.Input<float>(0), call.Input<float>(1), call.Input<float>(2), call.Input<float>(3), call.Output<float>());
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        var steps = new LstmSteps(node);
        KernelField[] extents =
        [
            KernelField.Of("steps", steps.Steps), KernelField.Of("batch", steps.Batch), KernelField.Of("inputs", steps.Inputs),
            KernelField.Of("hidden", steps.Hidden), KernelField.Of("step_stride", steps.StepStride), KernelField.Of("batch_stride", steps.BatchStride),
            KernelField.Of("reverse", steps.IsReverse ? 1 : 0),
        ];
        string x = context.Read(node.Input(0));
        string weights = context.Read(node.Input(1));
        string recurrent = context.Read(node.Input(3));
        string result = context.Write(node.Output);
        string function = node.Input(0).Type == ElementType.Int16 ? "edgeai_lstm_s16" : "edgeai_lstm_s8";
        return node.Input(0).Type != ElementType.Float32
            ? new(function, function, [.. extents, .. new IntegerLstm(node).Fields(node, context)],
                [x, weights, recurrent, result, $"(int16_t *){context.Scratch}"])
            : new("edgeai_lstm_f32", "edgeai_lstm_f32",
                [.. extents, KernelField.Of("cell_clip", node.AttributesAs<SequenceLstmAttributes>().CellClip)],
                [x, weights, context.Read(node.Input(2)), recurrent, result, $"(float *){context.Scratch}"]);
    }

    private static void CheckInteger(Node node, Tensor x, Tensor weights, Tensor bias, Tensor recurrent)
    {
        OperandRules.QuantizedPerTensor(x, "x");
        OperandRules.QuantizedWeights(weights, 0, weights.Shape[0]);
        OperandRules.QuantizedWeights(recurrent, 0, recurrent.Shape[0]);
        OperandRules.Symmetric(weights);
        OperandRules.Symmetric(recurrent);
        OperandRules.SymmetricInt16(node);
        if (!weights.IsConstant || !recurrent.IsConstant || !bias.IsConstant)
        {
            throw new OperatorException("the weights and biases of an integer LSTM must be constants");
        }

        OperandRules.InRange(node.AttributesAs<SequenceLstmAttributes>().CellExponent, -15, -4, "CellExponent");
        if (node.Outputs.Count > 0 && node.Output.Quantization is not null)
        {
            OperandRules.QuantizedPerTensor(node.Output, "result");
        }
    }
}

/// <summary>The extents of a <see cref="SequenceLstm"/> and where its rows stand.</summary>
internal readonly struct LstmSteps
{
    /// <summary>Of a node.</summary>
    public LstmSteps(Node node)
    {
        SequenceLstmAttributes attributes = node.AttributesAs<SequenceLstmAttributes>();
        Shape x = node.Input(0).Shape;
        Steps = x[attributes.IsTimeMajor ? 0 : 1];
        Batch = x[attributes.IsTimeMajor ? 1 : 0];
        Inputs = x[2];
        Hidden = node.Input(3).Shape[1];
        StepStride = attributes.IsTimeMajor ? Batch : 1;
        BatchStride = attributes.IsTimeMajor ? 1 : Steps;
        IsReverse = attributes.IsReverse;
    }

    /// <summary>Steps of time.</summary>
    public int Steps { get; }

    /// <summary>Sequences.</summary>
    public int Batch { get; }

    /// <summary>Elements of x at a step.</summary>
    public int Inputs { get; }

    /// <summary>Elements of the state.</summary>
    public int Hidden { get; }

    /// <summary>Rows from one step to the next.</summary>
    public int StepStride { get; }

    /// <summary>Rows from one sequence to the next.</summary>
    public int BatchStride { get; }

    /// <summary>Whether the last step comes first.</summary>
    public bool IsReverse { get; }

    /// <summary>The row of a step, counted in the order of computing.</summary>
    public int Row(int sequence, int step) => (sequence * BatchStride) + ((IsReverse ? Steps - 1 - step : step) * StepStride);
}
