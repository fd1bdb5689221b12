using System.Numerics;

namespace EdgeAI.Compiler.Operators.Reduction;

/// <summary>How elements are brought together.</summary>
internal interface IReduceFunction
{
    /// <summary>The result of no elements.</summary>
    static abstract T Start<T>() where T : struct, INumber<T>;

    /// <summary>The result so far with one element more. Integers wrap.</summary>
    static abstract T Step<T>(T current, T next) where T : struct, INumber<T>;
}

/// <summary>The sum.</summary>
internal readonly struct SumFunction : IReduceFunction
{
    /// <inheritdoc/>
    public static T Start<T>() where T : struct, INumber<T> => T.Zero;

    /// <inheritdoc/>
    public static T Step<T>(T current, T next) where T : struct, INumber<T> => current + next;
}

/// <summary>The product.</summary>
internal readonly struct ProductFunction : IReduceFunction
{
    /// <inheritdoc/>
    public static T Start<T>() where T : struct, INumber<T> => T.One;

    /// <inheritdoc/>
    public static T Step<T>(T current, T next) where T : struct, INumber<T> => current * next;
}

/// <summary>The largest element; NaN if there is one.</summary>
internal readonly struct LargestFunction : IReduceFunction
{
    /// <inheritdoc/>
    public static T Start<T>() where T : struct, INumber<T> => T.CreateSaturating(double.NegativeInfinity);

    /// <inheritdoc/>
    public static T Step<T>(T current, T next) where T : struct, INumber<T> => next > current || T.IsNaN(next) ? next : current;
}

/// <summary>The smallest element; NaN if there is one.</summary>
internal readonly struct SmallestFunction : IReduceFunction
{
    /// <inheritdoc/>
    public static T Start<T>() where T : struct, INumber<T> => T.CreateSaturating(double.PositiveInfinity);

    /// <inheritdoc/>
    public static T Step<T>(T current, T next) where T : struct, INumber<T> => next < current || T.IsNaN(next) ? next : current;
}

/// <summary>Brings the elements of each result together.</summary>
internal ref struct ReduceVisitor<T, TFunction>(ReadOnlySpan<T> x, Span<T> result, T divisor) : IReduceVisitor
    where T : struct, INumber<T>
    where TFunction : struct, IReduceFunction
{
    private readonly ReadOnlySpan<T> _x = x;
    private readonly Span<T> _result = result;
    private T _current;

    /// <inheritdoc/>
    public void Begin() => _current = TFunction.Start<T>();

    /// <inheritdoc/>
    public void Visit(int place, int step, int count)
    {
        T current = _current;
        for (int i = 0; i < count; i++)
        {
            current = TFunction.Step(current, _x[place]);
            place += step;
        }

        _current = current;
    }

    /// <inheritdoc/>
    public readonly void End(int result) => _result[result] = divisor == T.One ? _current : _current / divisor;
}

/// <summary>Sums integers in 64 bits that wrap, and divides each sum toward zero.</summary>
internal ref struct IntegerMeanVisitor<T>(ReadOnlySpan<T> x, Span<T> result, long divisor) : IReduceVisitor
    where T : struct, IBinaryInteger<T>
{
    private readonly ReadOnlySpan<T> _x = x;
    private readonly Span<T> _result = result;
    private ulong _current;

    /// <inheritdoc/>
    public void Begin() => _current = 0;

    /// <inheritdoc/>
    public void Visit(int place, int step, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _current = unchecked(_current + ulong.CreateTruncating(_x[place]));
            place += step;
        }
    }

    /// <inheritdoc/>
    public readonly void End(int result) => _result[result] = T.IsNegative(T.Zero - T.One)
        ? T.CreateTruncating(unchecked((long)_current) / divisor)
        : T.CreateTruncating(_current / (ulong)divisor);
}

/// <summary>Sums int8 or int16 elements in 32 bits that wrap, and rescales each sum.</summary>
internal ref struct RescaledSumVisitor<T>(ReadOnlySpan<T> x, Span<T> result, RescaledSum sum) : IReduceVisitor
    where T : unmanaged, IBinaryInteger<T>
{
    private readonly ReadOnlySpan<T> _x = x;
    private readonly Span<T> _result = result;
    private int _current;

    /// <inheritdoc/>
    public void Begin() => _current = 0;

    /// <inheritdoc/>
    public void Visit(int place, int step, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _current = unchecked(_current + int.CreateTruncating(_x[place]));
            place += step;
        }
    }

    /// <inheritdoc/>
    public readonly void End(int result)
    {
        int value = FixedPoint.MultiplyByQuantizedMultiplier(unchecked(_current - sum.Offset), sum.MultiplierQ31, sum.Shift);
        _result[result] = T.CreateSaturating(unchecked(value + sum.ZeroPoint));
    }
}

/// <summary>How a sum of elements becomes a result: minus the zero points of all elements, times a multiplier, plus the result's zero point.</summary>
internal sealed record RescaledSum(int Offset, int MultiplierQ31, int Shift, int ZeroPoint);
