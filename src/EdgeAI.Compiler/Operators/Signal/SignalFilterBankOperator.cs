using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>
/// SignalFilterBank: overlapping bands of a spectrum. Operands: energies uint32 [bins]; weights and rests int16 [m]; for each of n + 1 bands its first
/// bin, its first weight and its number of bins, int16 constants [n + 1]. Channel i, uint64 [n], is the sum of band i + 1 by its weights and of band i by
/// its rests. Source: the signal library of TensorFlow Lite Micro.
/// </summary>
internal sealed class SignalFilterBankOperator : Operator
{
    private static readonly string[] Roles = ["weights", "rests", "first bins", "first weights", "widths"];

    /// <inheritdoc/>
    public override string Name => "SignalFilterBank";

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "uint32";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 6);
        Tensor x = node.Operand(0, "energies");
        OperandRules.OfType(x, "energies", ElementType.UInt32);
        OperandRules.Rank(x, 1, "energies");
        for (int i = 0; i < Roles.Length; i++)
        {
            Tensor operand = node.Operand(i + 1, Roles[i]);
            OperandRules.OfType(operand, Roles[i], ElementType.Int16);
            OperandRules.Rank(operand, 1, Roles[i]);
            if (i >= 2 && !operand.IsConstant)
            {
                throw new OperatorException($"the {Roles[i]} '{operand}' are computed; constants are taken");
            }
        }

        int bands = node.Input(5).Shape[0];
        OperandRules.InRange(bands, 1, int.MaxValue, "the number of bands");
        OperandRules.HasShape(node.Input(3), new Shape(bands), Roles[2]);
        OperandRules.HasShape(node.Input(4), new Shape(bands), Roles[3]);
        int weights = Math.Min(node.Input(1).Shape[0], node.Input(2).Shape[0]);
        for (int band = 0; band < bands; band++)
        {
            (short bin, short weight, short width) = (node.Input(3).Values<short>()[band], node.Input(4).Values<short>()[band], node.Input(5).Values<short>()[band]);
            if (width > 0 && (bin < 0 || bin + width > x.Shape[0] || weight < 0 || weight + width > weights))
            {
                throw new OperatorException(
                    $"band {band} has {width} bins from {bin} and weights from {weight}; there are {x.Shape[0]} bins and {weights} weights");
            }
        }

        return [new(ElementType.UInt64, new Shape(bands - 1))];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        ulong before = 0;
        for (int band = 0; band < call.Input<short>(5).Length; band++)
        {
            ulong sum = before;
            before = 0;
            (int bin, int weight) = (call.Input<short>(3)[band], call.Input<short>(4)[band]);
            for (int i = 0; i < call.Input<short>(5)[band]; i++)
            {
                ulong energy = call.Input<uint>(0)[bin + i];
                sum += (ulong)call.Input<short>(1)[weight + i] * energy;
                before += (ulong)call.Input<short>(2)[weight + i] * energy;
            }

            if (band > 0)
            {
                call.Output<ulong>()[band - 1] = sum;
            }
        }
    }

    /// <inheritdoc/>
    public override long CountMacs(Node node) => 2 * node.Input(5).Values<short>().ToArray().Sum(width => Math.Max(0L, width));

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new("edgeai_signal_filter_bank", "edgeai_signal_filter_bank",
        [KernelField.Of("bands", node.Input(5).Shape[0])], [.. node.Inputs.Select(context.Read), context.Write(node.Output)]);
}
