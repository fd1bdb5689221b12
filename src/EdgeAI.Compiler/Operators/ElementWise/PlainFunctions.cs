using System.Numerics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>A function of two numbers of any type. Integers wrap.</summary>
internal interface IPlainFunction
{
    /// <summary>The function's value, computed in <typeparamref name="T"/>.</summary>
    static abstract T Apply<T>(T a, T b) where T : struct, INumber<T>;
}

/// <summary>A function in float32 with fused limits.</summary>
internal readonly struct LimitedFloat<TFunction>(Clamp clamp) : IBinaryFunction<float, float, float>
    where TFunction : struct, IPlainFunction
{
    /// <inheritdoc/>
    public float Apply(float a, float b) => clamp.Apply(TFunction.Apply(a, b));
}

/// <summary>A function of numbers that stand for themselves, with fused limits.</summary>
internal readonly struct LimitedNumber<T, TFunction>(Clamp clamp) : IBinaryFunction<T, T, T>
    where T : struct, INumber<T>
    where TFunction : struct, IPlainFunction
{
    private readonly bool _limited = !clamp.IsNone;
    private readonly T _minimum = T.CreateSaturating(clamp.Minimum);
    private readonly T _maximum = T.CreateSaturating(clamp.Maximum);

    /// <inheritdoc/>
    public T Apply(T a, T b)
    {
        T value = TFunction.Apply(a, b);
        return !_limited ? value : value < _minimum ? _minimum : value > _maximum ? _maximum : value;
    }
}
