using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Logic;

/// <summary>The lists of types that logic takes.</summary>
internal static class LogicTypes
{
    /// <summary>float32 and integers.</summary>
    public static readonly ElementType[] Numbers = [ElementType.Float32, .. PlainElements.Integers];

    /// <summary>Numbers and Booleans.</summary>
    public static readonly ElementType[] All = [.. Numbers, ElementType.Bool];

    /// <summary>Integers.</summary>
    public static readonly ElementType[] Integers = PlainElements.Integers;

    /// <summary>Integers without a sign.</summary>
    public static readonly ElementType[] Unsigned = [ElementType.UInt8, ElementType.UInt16, ElementType.UInt32, ElementType.UInt64];

    /// <summary>Booleans.</summary>
    public static readonly ElementType[] Booleans = [ElementType.Bool];
}

/// <summary>Equal: a is equal to b.</summary>
internal sealed class EqualOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "Equal";

    /// <inheritdoc/>
    protected override string KernelName => "equal";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.All;

    /// <inheritdoc/>
    protected override bool IsPredicate => true;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => (a == b) ? 1 : 0;

    /// <inheritdoc/>
    protected override double Apply(double a, double b) => a == b ? 1 : 0;
}

/// <summary>Less: a is less than b.</summary>
internal sealed class LessOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "Less";

    /// <inheritdoc/>
    protected override string KernelName => "less";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Numbers;

    /// <inheritdoc/>
    protected override bool IsPredicate => true;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => (a < b) ? 1 : 0;

    /// <inheritdoc/>
    protected override double Apply(double a, double b) => a < b ? 1 : 0;
}

/// <summary>LessOrEqual: a is less than or equal to b.</summary>
internal sealed class LessOrEqualOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "LessOrEqual";

    /// <inheritdoc/>
    protected override string KernelName => "less_or_equal";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Numbers;

    /// <inheritdoc/>
    protected override bool IsPredicate => true;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => (a <= b) ? 1 : 0;

    /// <inheritdoc/>
    protected override double Apply(double a, double b) => a <= b ? 1 : 0;
}

/// <summary>Greater: a is greater than b.</summary>
internal sealed class GreaterOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "Greater";

    /// <inheritdoc/>
    protected override string KernelName => "greater";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Numbers;

    /// <inheritdoc/>
    protected override bool IsPredicate => true;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => (a > b) ? 1 : 0;

    /// <inheritdoc/>
    protected override double Apply(double a, double b) => a > b ? 1 : 0;
}

/// <summary>GreaterOrEqual: a is greater than or equal to b.</summary>
internal sealed class GreaterOrEqualOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "GreaterOrEqual";

    /// <inheritdoc/>
    protected override string KernelName => "greater_or_equal";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Numbers;

    /// <inheritdoc/>
    protected override bool IsPredicate => true;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => (a >= b) ? 1 : 0;

    /// <inheritdoc/>
    protected override double Apply(double a, double b) => a >= b ? 1 : 0;
}

/// <summary>LogicalAnd: both are true.</summary>
internal sealed class LogicalAndOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "LogicalAnd";

    /// <inheritdoc/>
    protected override string KernelName => "logical_and";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Booleans;

    /// <inheritdoc/>
    protected override bool IsPredicate => true;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => (a != 0 && b != 0) ? 1 : 0;
}

/// <summary>LogicalOr: one or both are true.</summary>
internal sealed class LogicalOrOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "LogicalOr";

    /// <inheritdoc/>
    protected override string KernelName => "logical_or";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Booleans;

    /// <inheritdoc/>
    protected override bool IsPredicate => true;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => (a != 0 || b != 0) ? 1 : 0;
}

/// <summary>LogicalXor: one of both is true.</summary>
internal sealed class LogicalXorOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "LogicalXor";

    /// <inheritdoc/>
    protected override string KernelName => "logical_xor";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Booleans;

    /// <inheritdoc/>
    protected override bool IsPredicate => true;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => ((a != 0) != (b != 0)) ? 1 : 0;
}

/// <summary>BitwiseAnd: the bits that both have.</summary>
internal sealed class BitwiseAndOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "BitwiseAnd";

    /// <inheritdoc/>
    protected override string KernelName => "bitwise_and";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Integers;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => a & b;
}

/// <summary>BitwiseOr: the bits that either has.</summary>
internal sealed class BitwiseOrOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "BitwiseOr";

    /// <inheritdoc/>
    protected override string KernelName => "bitwise_or";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Integers;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => a | b;
}

/// <summary>BitwiseXor: the bits that one of both has.</summary>
internal sealed class BitwiseXorOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "BitwiseXor";

    /// <inheritdoc/>
    protected override string KernelName => "bitwise_xor";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Integers;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => a ^ b;
}

/// <summary>ShiftLeft: the bits of a, moved up by b places; 0 from 64 on.</summary>
internal sealed class ShiftLeftOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "ShiftLeft";

    /// <inheritdoc/>
    protected override string KernelName => "shift_left";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Unsigned;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => b >= 64 ? 0 : a << (int)b;
}

/// <summary>ShiftRight: the bits of a, moved down by b places; 0 from 64 on.</summary>
internal sealed class ShiftRightOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "ShiftRight";

    /// <inheritdoc/>
    protected override string KernelName => "shift_right";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Unsigned;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => b >= 64 ? 0 : a >> (int)b;
}

/// <summary>Modulo: the remainder of a / b with the sign of b; 0 for b = 0.</summary>
internal sealed class ModuloOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "Modulo";

    /// <inheritdoc/>
    public override bool HasSteps => true;

    /// <inheritdoc/>
    protected override string KernelName => "modulo";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Integers;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => b == 0 ? 0 : ((a % b) + b) % b;
}

/// <summary>Remainder: the remainder of a / b with the sign of a; 0 for an integer b = 0, NaN for a float one.</summary>
internal sealed class RemainderOperator : LogicOperator
{
    /// <inheritdoc/>
    public override string Name => "Remainder";

    /// <inheritdoc/>
    protected override string KernelName => "remainder";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<ElementType> Types => LogicTypes.Numbers;

    /// <inheritdoc/>
    protected override Int128 Apply(Int128 a, Int128 b) => b == 0 ? 0 : a % b;

    /// <inheritdoc/>
    protected override double Apply(double a, double b) => a % b;
}
