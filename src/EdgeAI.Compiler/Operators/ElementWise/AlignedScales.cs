using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>
/// The multipliers with which TFLite brings two int8 operands to one scale, combines them and rescales the outcome:
/// ((q − zero point) · 2^LeftShift) · multiplier for each operand, then a common multiplier for the result.
/// </summary>
internal sealed class AlignedScales
{
    private const int Int8LeftShift = 20;
    private const int Int16LeftShift = 15;

    private readonly int _leftShift;
    private readonly QuantizationParameters _a;
    private readonly QuantizationParameters _b;
    private readonly QuantizationParameters _result;
    private readonly (int MultiplierQ31, int Shift) _multiplierA;
    private readonly (int MultiplierQ31, int Shift) _multiplierB;
    private readonly (int MultiplierQ31, int Shift) _multiplierResult;
    private readonly IntegerRange _limits;

    /// <summary>From the real multipliers of the operands and the result.</summary>
    public AlignedScales(Node node, int leftShift, double multiplierA, double multiplierB, double multiplierResult)
    {
        _leftShift = leftShift;
        _a = node.Input(0).Quantization!;
        _b = node.Input(1).Quantization!;
        _result = node.Output.Quantization!;
        _multiplierA = FixedPoint.QuantizeMultiplier(multiplierA);
        _multiplierB = FixedPoint.QuantizeMultiplier(multiplierB);
        _multiplierResult = FixedPoint.QuantizeMultiplier(multiplierResult);
        _limits = IntegerRange.Clamped(node.AttributesAs<BinaryAttributes>().Clamp, node.Input(0).Type, _result);
    }

    /// <summary>Bits gained before the operands of a sum are rescaled.</summary>
    public static int LeftShiftOf(Node node) => node.Input(0).Type == ElementType.Int16 ? Int16LeftShift : Int8LeftShift;

    /// <summary>The sum of two elements, that of b times <paramref name="signB"/>, as the result has it.</summary>
    public int Combine(int a, int b, int signB)
    {
        int alignedA = FixedPoint.MultiplyByQuantizedMultiplier((a - _a.ZeroPoint) * (1 << _leftShift), _multiplierA.MultiplierQ31, _multiplierA.Shift);
        int alignedB = FixedPoint.MultiplyByQuantizedMultiplier((b - _b.ZeroPoint) * (1 << _leftShift), _multiplierB.MultiplierQ31, _multiplierB.Shift);
        int scaled = FixedPoint.MultiplyByQuantizedMultiplier(alignedA + (signB * alignedB), _multiplierResult.MultiplierQ31, _multiplierResult.Shift);
        return _limits.Saturate(unchecked(scaled + _result.ZeroPoint));
    }

    /// <summary>The square of the difference of two elements, as the result has it.</summary>
    public int SquareOfDifference(int a, int b)
    {
        int difference = FixedPoint.MultiplyByQuantizedMultiplier((a - _a.ZeroPoint) * (1 << _leftShift), _multiplierA.MultiplierQ31, _multiplierA.Shift)
            - FixedPoint.MultiplyByQuantizedMultiplier((b - _b.ZeroPoint) * (1 << _leftShift), _multiplierB.MultiplierQ31, _multiplierB.Shift);
        int scaled = FixedPoint.MultiplyByQuantizedMultiplier(difference * difference, _multiplierResult.MultiplierQ31, _multiplierResult.Shift);
        return _limits.Saturate(unchecked(scaled + _result.ZeroPoint));
    }

    /// <summary>Every operand value on the common scale; those of b times <paramref name="signB"/>.</summary>
    public AlignedTables Tabulate(int signB)
    {
        int[] a = new int[256];
        int[] b = new int[256];
        for (int q = sbyte.MinValue; q <= sbyte.MaxValue; q++)
        {
            a[(byte)q] = FixedPoint.MultiplyByQuantizedMultiplier(
                (q - _a.ZeroPoint) * (1 << _leftShift), _multiplierA.MultiplierQ31, _multiplierA.Shift);
            b[(byte)q] = signB * FixedPoint.MultiplyByQuantizedMultiplier(
                (q - _b.ZeroPoint) * (1 << _leftShift), _multiplierB.MultiplierQ31, _multiplierB.Shift);
        }

        return new(a, b, _multiplierResult.MultiplierQ31, _multiplierResult.Shift, _result.ZeroPoint, _limits.Minimum, _limits.Maximum);
    }

    /// <summary>The members of the kernels' parameters.</summary>
    public IEnumerable<KernelField> Fields() =>
    [
        KernelField.Of("zero_point_a", _a.ZeroPoint),
        KernelField.Of("zero_point_b", _b.ZeroPoint),
        KernelField.Of("zero_point", _result.ZeroPoint),
        KernelField.Of("multiplier_a", _multiplierA.MultiplierQ31),
        KernelField.Of("shift_a", _multiplierA.Shift),
        KernelField.Of("multiplier_b", _multiplierB.MultiplierQ31),
        KernelField.Of("shift_b", _multiplierB.Shift),
        KernelField.Of("multiplier", _multiplierResult.MultiplierQ31),
        KernelField.Of("shift", _multiplierResult.Shift),
        KernelField.Of("minimum", _limits.Minimum),
        KernelField.Of("maximum", _limits.Maximum),
    ];
}

/// <summary>Operand values on a common scale by their byte, and the way back.</summary>
internal sealed record AlignedTables(int[] A, int[] B, int MultiplierQ31, int Shift, int ZeroPoint, int Minimum, int Maximum)
{
    /// <summary>Rescales a value, adds the zero point and limits.</summary>
    public sbyte Finish(int value) => (sbyte)Math.Clamp(
        unchecked(FixedPoint.MultiplyByQuantizedMultiplier(value, MultiplierQ31, Shift) + ZeroPoint), Minimum, Maximum);
}

/// <summary>The sum of aligned operands.</summary>
internal readonly struct AlignedSum(AlignedTables tables) : IBinaryFunction<sbyte, sbyte, sbyte>
{
    /// <inheritdoc/>
    public sbyte Apply(sbyte a, sbyte b) => tables.Finish(tables.A[(byte)a] + tables.B[(byte)b]);
}

/// <summary>The sum of int16 elements.</summary>
internal readonly struct WideSum(AlignedScales scales, int signB) : IBinaryFunction<short, short, short>
{
    /// <inheritdoc/>
    public short Apply(short a, short b) => (short)scales.Combine(a, b, signB);
}
