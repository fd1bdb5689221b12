using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>
/// SignalEnergy: bins as pairs int16 [2 n] give re² + im², uint32 [n]; bins outside of Start to End give 0, where TensorFlow Lite Micro, the source,
/// leaves what was there.
/// </summary>
internal sealed class SignalEnergyOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SignalEnergy";

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "int16";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SignalEnergyAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "bins");
        OperandRules.OfType(x, "bins", ElementType.Int16);
        OperandRules.Rank(x, 1, "bins");
        int bins = x.Shape[0] / 2;
        SignalEnergyAttributes attributes = node.AttributesAs<SignalEnergyAttributes>();
        OperandRules.InRange(attributes.End, 0, bins, "the end");
        OperandRules.InRange(attributes.Start, 0, attributes.End, "the start");
        return [new(ElementType.UInt32, new Shape(bins))];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        SignalEnergyAttributes attributes = call.Node.AttributesAs<SignalEnergyAttributes>();
        call.Output<uint>().Clear();
        for (int i = attributes.Start; i < attributes.End; i++)
        {
            (int re, int im) = (call.Input<short>(0)[2 * i], call.Input<short>(0)[(2 * i) + 1]);
            call.Output<uint>()[i] = (uint)(re * re) + (uint)(im * im);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        SignalEnergyAttributes attributes = node.AttributesAs<SignalEnergyAttributes>();
        return new("edgeai_signal_energy", "edgeai_signal_energy",
            [KernelField.Of("bins", node.Output.Shape.ElementCount), KernelField.Of("start", attributes.Start), KernelField.Of("end", attributes.End)],
            [context.Read(node.Input(0)), context.Write(node.Output)]);
    }
}

/// <summary>
/// SignalSquareRoot: sums uint64 [n] and bits int32 [] give √sum, rounded to the nearest and then shifted right by the bits, uint32 [n].
/// Of a sum below 2³² the root is at most 65535, as in TensorFlow Lite Micro, the source.
/// </summary>
internal sealed class SignalSquareRootOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SignalSquareRoot";

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "uint64";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 2);
        Tensor x = node.Operand(0, "sums");
        Tensor bits = node.Operand(1, "bits");
        OperandRules.OfType(x, "sums", ElementType.UInt64);
        OperandRules.OfType(bits, "bits", ElementType.Int32);
        OperandRules.HasShape(bits, Shape.Scalar, "bits");
        return [new(ElementType.UInt32, x.Shape)];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        int bits = Math.Clamp(call.Input<int>(1)[0], 0, 32);
        for (int i = 0; i < call.Output<uint>().Length; i++)
        {
            call.Output<uint>()[i] = (uint)((ulong)Root(call.Input<ulong>(0)[i]) >> bits);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new("edgeai_signal_square_root", "edgeai_signal_square_root",
        [KernelField.Of("count", node.Output.Shape.ElementCount)],
        [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)]);

    // Bit by bit from the top: what is left of x, and the root so far.
    private static uint Root(ulong x)
    {
        uint most = x >> 32 == 0 ? ushort.MaxValue : uint.MaxValue;
        ulong root = 0;
        for (ulong bit = 1UL << 62; bit != 0; bit >>= 2)
        {
            bool fits = x >= root + bit;
            x -= fits ? root + bit : 0;
            root = (root >> 1) + (fits ? bit : 0);
        }

        return (uint)(x > root && root < most ? root + 1 : root);
    }
}

/// <summary>
/// SignalPcan, per-channel automatic gain: values uint32 [n], noise uint32 [n], and a gain as a piecewise parabola over the noise, int16 [125]: three
/// numbers for each power of two. value · gain &gt;&gt; Shift, of 12 fraction bits, becomes x²/4 below 2 and x − 1 above, of 6 fraction bits.
/// Source: the signal library of TensorFlow Lite Micro.
/// </summary>
internal sealed class SignalPcanOperator : Operator
{
    private const int TableLength = 125;
    private const int RatioBits = 12;
    private const int ResultBits = 6;

    /// <inheritdoc/>
    public override string Name => "SignalPcan";

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "uint32";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SignalPcanAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 3);
        Tensor x = node.Operand(0, "values");
        Tensor noise = node.Operand(1, "noise");
        Tensor table = node.Operand(2, "gains");
        OperandRules.OfType(x, "values", ElementType.UInt32);
        OperandRules.OfType(noise, "noise", ElementType.UInt32);
        OperandRules.OfType(table, "gains", ElementType.Int16);
        OperandRules.HasShape(noise, x.Shape, "noise");
        OperandRules.InRange(node.AttributesAs<SignalPcanAttributes>().Shift, 0, 63, "the shift");
        return table.Shape.Rank == 1 && table.Shape[0] >= TableLength
            ? [new(ElementType.UInt32, x.Shape)]
            : throw new OperatorException($"the gains '{table}' should be {TableLength} numbers");
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0, 1];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        int shift = call.Node.AttributesAs<SignalPcanAttributes>().Shift;
        for (int i = 0; i < call.Output<uint>().Length; i++)
        {
            ulong gain = (uint)Gain(call.Input<uint>(1)[i], call.Input<short>(2));
            uint ratio = (uint)((call.Input<uint>(0)[i] * gain) >> shift);
            call.Output<uint>()[i] = ratio < 2u << RatioBits
                ? (ratio * ratio) >> (2 + (2 * RatioBits) - ResultBits)
                : (ratio >> (RatioBits - ResultBits)) - (1u << ResultBits);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new("edgeai_signal_pcan", "edgeai_signal_pcan",
        [KernelField.Of("count", node.Output.Shape.ElementCount), KernelField.Of("shift", node.AttributesAs<SignalPcanAttributes>().Shift)],
        [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Read(node.Input(2)), context.Write(node.Output)]);

    private static int Gain(uint noise, ReadOnlySpan<short> table)
    {
        if (noise <= 2)
        {
            return table[(int)noise];
        }

        int bits = 32 - System.Numerics.BitOperations.LeadingZeroCount(noise);
        ReadOnlySpan<short> parabola = table.Slice((4 * bits) - 6, 3);
        int fraction = (int)((bits < 11 ? noise << (11 - bits) : noise >> (bits - 11)) & 0x3FF);
        int sum = ((parabola[2] * fraction) >> 5) + (parabola[1] * 32);
        return (short)((((sum * fraction) + (1 << 14)) >> 15) + parabola[0]);
    }
}

/// <summary>
/// SignalLog: values uint32 [n]; Scale · ln(value · 2^Shift) as int16 [n], at most 32767, and 0 where the shifted value is 0 or 1. The fraction of the
/// binary logarithm is read between 129 corrections of a straight line. Source: the signal library of TensorFlow Lite Micro.
/// </summary>
internal sealed class SignalLogOperator : Operator
{
    private const int SegmentBits = 7;
    private const int Segments = 1 << SegmentBits;
    private const double Ln2 = 0.6931471805599453;
    private const int Ln2Q16 = 45426;

    private static readonly short[] Corrections = [.. Enumerable.Range(0, Segments + 1).Select(i => i / (double)Segments)
        .Select(x => (short)Math.Floor((65536 * ((PortableMath.Log(1 + x) / Ln2) - x)) + 0.5))];

    /// <inheritdoc/>
    public override string Name => "SignalLog";

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "uint32";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SignalLogAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "values");
        OperandRules.OfType(x, "values", ElementType.UInt32);
        OperandRules.InRange(node.AttributesAs<SignalLogAttributes>().Shift, 0, 31, "the shift");
        return [new(ElementType.Int16, x.Shape)];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        SignalLogAttributes attributes = call.Node.AttributesAs<SignalLogAttributes>();
        for (int i = 0; i < call.Output<short>().Length; i++)
        {
            uint value = call.Input<uint>(0)[i] << attributes.Shift;
            call.Output<short>()[i] = value > 1 ? (short)Math.Min(Logarithm(value, (uint)attributes.Scale), (uint)short.MaxValue) : (short)0;
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        SignalLogAttributes attributes = node.AttributesAs<SignalLogAttributes>();
        return new("edgeai_signal_log", "edgeai_signal_log",
            [KernelField.Of("count", node.Output.Shape.ElementCount), KernelField.Of("shift", attributes.Shift), KernelField.Of("scale", attributes.Scale)],
            [context.Read(node.Input(0)), context.Constant<short>(node, "corrections", Corrections), context.Write(node.Output)]);
    }

    private static uint Logarithm(uint x, uint scale)
    {
        int whole = 31 - System.Numerics.BitOperations.LeadingZeroCount(x);
        uint above = x - (1u << whole);
        int fraction = (int)(whole < 16 ? above << (16 - whole) : above >> (whole - 16));
        int segment = fraction >> (16 - SegmentBits);
        int slope = Corrections[segment + 1] - Corrections[segment];
        int correction = Corrections[segment] + ((slope * (fraction & ((1 << (16 - SegmentBits)) - 1))) >> 16);
        uint binary = ((uint)whole << 16) + (uint)(fraction + correction);
        uint natural = (uint)((((ulong)Ln2Q16 * binary) + 32768) >> 16);
        return ((scale * natural) + 32768) >> 16;
    }
}
