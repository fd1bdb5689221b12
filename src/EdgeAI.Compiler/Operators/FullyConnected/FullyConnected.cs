using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>
/// Products of constant weights with the vectors along the operand's last axis: <see cref="FullyConnectedAttributes"/> tells operands.
/// int8 arithmetic is that of TensorFlow Lite's reference kernel; weights with one scale may have a zero point. int16 values take symmetric int8 weights
/// (<see cref="WideChannelResult"/>).
/// </summary>
public sealed class FullyConnected : Operator
{
    private const string HasZeroPoint = "its weights have a zero point";

    /// <inheritdoc/>
    public override string Name => "FullyConnected";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(FullyConnectedAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Calibrated;

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => inputIndex switch
    {
        0 => OperandRole.Activation,
        1 => OperandRole.PerChannelWeights(0),
        _ => OperandRole.Bias,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        Tensor x = node.Operand(0, "x");
        Tensor weights = node.Operand(1, "weights");
        OperandRules.Rank(weights, 2, "weights");
        if (x.Shape.Rank == 0 || x.Shape[-1] != weights.Shape[1])
        {
            throw new OperatorException($"x '{x}' must end in {weights.Shape[1]}, the last extent of the weights '{weights}'");
        }

        bool symmetric = weights.Quantization is null or { Scales.Length: > 1 };
        WeightedSum.Operands(node, 0, weights.Shape[0], symmetric, takesNibbles: true);
        return [new(x.Type, new Shape([.. x.Shape.Extents[..^1], weights.Shape[0]]))];
    }

    /// <inheritdoc/>
    public override long CountMacs(Node node) => node.Output.Shape.ElementCount * node.Input(1).Shape[1];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        if (call.Node.Output.Shape.ElementCount == 0)
        {
            return;
        }

        if (call.Node.Input(0).Type == ElementType.Int8)
        {
            call.Prepare(node => new IntegerRows(node)).Run(call.Input<sbyte>(0), call.Output<sbyte>());
            return;
        }

        if (call.Node.Input(0).Type == ElementType.Int16)
        {
            call.Prepare(node => new WideVectors(node, Factors(node), ClampOf(node))).Run(call.Input<short>(0), call.Output<short>());
            return;
        }

        PackedFloatMatrix matrix = call.Node.Input(1).IsConstant
            ? call.Prepare(node => Pack(node, node.Input(1).Values<float>()))
            : Pack(call.Node, call.Input<float>(1));
        Run(matrix, call.Input<float>(0), call.OptionalInput<float>(2), ClampOf(call.Node), call.Output<float>());
    }

    /// <inheritdoc/>
    protected override IEnumerable<KernelVariant> Variants(Node node, InstructionSet instructionSet)
    {
        if (node.Input(1).Shape[0] == 0 || node.Input(1).Shape[1] == 0 || node.Input(0).Type == ElementType.Int16)
        {
            return [];
        }

        if (node.Input(0).Type != ElementType.Int8)
        {
            return FloatLanes.For(instructionSet) is { } lanes ? [LaneRows(node, lanes)] : [];
        }

        KernelVariant[] wide = instructionSet switch
        {
            InstructionSet.Helium => [VectorRows(node, isNibbles: false)],
            InstructionSet.Dsp => [PackedRows(node, isNibbles: false)],
            InstructionSet.Thumb1 or InstructionSet.Thumb2 or InstructionSet.Rv32 => [EightRows(node, isNibbles: false)],
            _ => [],
        };
        return node.Input(1).Type != ElementType.Int4 ? wide :
        [
            .. wide,
            .. instructionSet switch
            {
                InstructionSet.Helium => [VectorRows(node, isNibbles: true)],
                InstructionSet.Dsp => [PackedRows(node, isNibbles: true)],
                InstructionSet.Portable => Array.Empty<KernelVariant>(),
                _ => [EightRows(node, isNibbles: true)],
            },
            WeightedSum.Nibbles(node, node.Input(1).Shape[1], (context, weights) => new("edgeai_fully_connected_s4", "edgeai_fully_connected_s4",
                [.. Extents(node), .. WeightedSum.ResultFields(node, context, ClampOf(node), Factors(node), FoldedBias(node))],
                [context.Read(node.Input(0)), weights, context.Write(node.Output)])),
        ];
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Clamp clamp = ClampOf(node);
        string x = context.Read(node.Input(0));
        string result = context.Write(node.Output);
        if (node.Input(0).Type == ElementType.Int8)
        {
            return new("edgeai_fully_connected_s8", "edgeai_fully_connected_s8",
                [
                    .. Extents(node),
                    KernelField.Of("weight_zero_point", WeightZeroPoint(node)),
                    .. WeightedSum.ResultFields(node, context, clamp, Factors(node), FoldedBias(node)),
                ],
                [x, WeightedSum.Int8Weights(node, context), result]);
        }

        if (node.Input(0).Type == ElementType.Int16)
        {
            return new("edgeai_fully_connected_s16", "edgeai_fully_connected_s16",
                [.. Extents(node), WideChannelResult.Field(node, context, clamp, Factors(node))], [x, context.Read(node.Input(1)), result]);
        }

        return new("edgeai_fully_connected_f32", "edgeai_fully_connected_f32",
            [.. Extents(node), KernelField.Of("minimum", clamp.Minimum), KernelField.Of("maximum", clamp.Maximum)],
            [x, context.Read(node.Input(1)), context.Read(node.OptionalInput(2)), result]);
    }

    private static KernelVariant VectorRows(Node node, bool isNibbles)
    {
        string function = isNibbles ? "edgeai_fully_connected_vectors_s4" : "edgeai_fully_connected_vectors_s8";
        return new(isNibbles ? VectorLayout.NibblesName : VectorLayout.Name, context => new(function, function,
            [.. Extents(node), .. VectorLayout.ResultFields(node, context, ClampOf(node), Factors(node), VectorLayout.RowChannels(FoldedBias(node), Factors(node)))],
            [
                context.Read(node.Input(0)), VectorLayout.Weights(node, node.Input(1).Shape[0], context, isNibbles), context.Write(node.Output),
            ]))
        {
            ReadsNibbles = isNibbles,
            WhyNot = WeightZeroPoint(node) == 0 ? null : HasZeroPoint,
        };
    }

    private static KernelVariant LaneRows(Node node, FloatLanes lanes) =>
        new(lanes.Name, context => new($"edgeai_fully_connected_{lanes.Name}_f32", $"edgeai_fully_connected_{lanes.Name}_f32",
            [.. Extents(node), KernelField.Of("minimum", ClampOf(node).Minimum), KernelField.Of("maximum", ClampOf(node).Maximum)],
            [
                context.Read(node.Input(0)),
                context.Constant<float>(node, "weights", lanes.Weights(node.Input(1).Values<float>(), node.Input(1).Shape[0])),
                context.Read(node.OptionalInput(2)), context.Write(node.Output),
            ]))
        {
            WhyNot = lanes.WhyNot(node.Input(1), node.Input(1).Shape[0]),
        };

    private static KernelVariant PackedRows(Node node, bool isNibbles)
    {
        string? whyNot = WeightZeroPoint(node) != 0 ? HasZeroPoint
            : node.Input(1).Shape[1] % 4 != 0 ? $"its depth of {node.Input(1).Shape[1]} is no multiple of 4"
            : null;
        PackedPairs? pairs = whyNot is not null ? null
            : PackedPairs.TryPack(node.Input(1).Values<sbyte>(), FoldedBias(node), Factors(node), node.Output, ClampOf(node), 4);
        string function = isNibbles ? "edgeai_fully_connected_packed_s4" : "edgeai_fully_connected_packed_s8";
        return new(isNibbles ? PackedPairs.NibblesName : PackedPairs.Name, context => new(function, function,
            [.. Extents(node), .. pairs!.Fields(node, context)],
            [
                context.Read(node.Input(0)), context.Constant<uint>(node, "weights", isNibbles ? pairs.InterleavedNibbles() : pairs.InterleavedWeights()),
                context.Write(node.Output),
            ]))
        {
            ReadsNibbles = isNibbles,
            WhyNot = whyNot ?? (pairs is null ? PackedPairs.NotExact : null),
        };
    }

    private static KernelVariant EightRows(Node node, bool isNibbles)
    {
        KernelVariant eight = EightChannels.Of(node, FoldedBias(node), Factors(node), ClampOf(node), Extents(node), isNibbles);
        return WeightZeroPoint(node) == 0 ? eight : eight with { WhyNot = HasZeroPoint };
    }

    private static KernelField[] Extents(Node node)
    {
        Shape weights = node.Input(1).Shape;
        return
        [
            KernelField.Of("rows", weights[0] == 0 ? 0 : node.Output.Shape.ElementCount / weights[0]),
            KernelField.Of("depth", weights[1]),
            KernelField.Of("outputs", weights[0]),
        ];
    }

    private static int[] FoldedBias(Node node)
    {
        Shape weights = node.Input(1).Shape;
        return WeightedSum.FoldedBias(node, weights[0], i => (int)(i / weights[1]));
    }

    private static Clamp ClampOf(Node node) => node.AttributesAs<FullyConnectedAttributes>().Clamp;

    private static int WeightZeroPoint(Node node) =>
        node.Input(1).Quantization is { Scales.Length: 1 } quantization ? quantization.ZeroPoint : 0;

    private static Requantization Factors(Node node) => node.Input(1).Quantization!.Scales.Length > 1
        ? Requantization.PerChannel(node.Input(0), node.Input(1), node.Output, node.Input(1).Shape[0])
        : Requantization.OfProduct(node.Input(0), node.Input(1), node.Output);

    private static PackedFloatMatrix Pack(Node node, ReadOnlySpan<float> weights)
    {
        Shape shape = node.Input(1).Shape;
        return new(weights, shape[0], shape[1], shape[1], 1);
    }

    private static void Run(PackedFloatMatrix matrix, ReadOnlySpan<float> x, ReadOnlySpan<float> bias, Clamp clamp, Span<float> result)
    {
        float[] block = new float[PackedFloatMatrix.Block * matrix.Depth];
        float[] sums = new float[PackedFloatMatrix.Block * matrix.SumStride];
        int rows = result.Length / matrix.Rows;
        for (int first = 0; first < rows; first += PackedFloatMatrix.Block)
        {
            int count = Math.Min(PackedFloatMatrix.Block, rows - first);
            x.Slice(first * matrix.Depth, count * matrix.Depth).CopyTo(block);
            matrix.Multiply(count == 1 ? block.AsSpan(0, matrix.Depth) : block, sums);
            for (int row = 0; row < count; row++)
            {
                FloatVectors.Finish(
                    sums.AsSpan(row * matrix.SumStride, matrix.Rows), bias, clamp, result.Slice((first + row) * matrix.Rows, matrix.Rows));
            }
        }
    }

    /// <summary>The int8 form, prepared once a node.</summary>
    private sealed class IntegerRows
    {
        private readonly PackedIntegerMatrix _matrix;
        private readonly ChannelResult _result;
        private readonly int _depth;
        private readonly int _inputZeroPoint;
        private readonly short[] _row;
        private readonly int[] _sums;

        public IntegerRows(Node node)
        {
            Shape shape = node.Input(1).Shape;
            _depth = shape[1];
            _inputZeroPoint = node.Input(0).Quantization!.ZeroPoint;
            _matrix = new(node.Input(1).Values<sbyte>(), shape[0], shape[1], shape[1], 1, WeightZeroPoint(node));
            _result = new(WeightedSum.BiasOrZeros(node, shape[0]), Factors(node), node.Output, ClampOf(node));
            _row = new short[_matrix.PaddedDepth];
            _sums = new int[_matrix.PaddedRows];
        }

        public void Run(ReadOnlySpan<sbyte> x, Span<sbyte> result)
        {
            for (int row = 0; row < result.Length / _matrix.Rows; row++)
            {
                PackedIntegerMatrix.Widen(x.Slice(row * _depth, _depth), _inputZeroPoint, _row);
                _matrix.Multiply(_row, _sums);
                _result.Store(_sums, 0, result.Slice(row * _matrix.Rows, _matrix.Rows));
            }
        }
    }
}
