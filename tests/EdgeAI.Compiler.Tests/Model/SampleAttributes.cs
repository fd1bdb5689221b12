using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Model;

/// <summary>Random attribute records of any type, made by reflection.</summary>
internal static class SampleAttributes
{
    private static readonly float[] Reals =
    [
        0f, -0f, 1f, -1.5f, 0.1f, float.Epsilon, float.MaxValue, float.NegativeInfinity, float.PositiveInfinity, float.NaN, 16777217f, 1e-30f,
    ];

    /// <summary>A record of the type with every parameter drawn at random.</summary>
    public static OperatorAttributes Make(Type type, Random random) =>
        AttributeCodec.Create(type, [.. AttributeCodec.ParametersOf(type).Select(parameter => Value(parameter.Type, random))]);

    private static object Value(Type type, Random random)
    {
        if (type.IsEnum)
        {
            Array values = Enum.GetValues(type);
            return values.GetValue(random.Next(values.Length))!;
        }

        return type == typeof(int) ? Integer(random)
            : type == typeof(long) ? (object)random.NextInt64(long.MinValue, long.MaxValue)
            : type == typeof(float) ? Real(random)
            : type == typeof(bool) ? random.Next(2) == 1
            : type == typeof(string) ? "a\n\"ü\"" + random.Next(100)
            : type == typeof(Clamp) ? new Clamp(Real(random), Real(random))
            : type == typeof(ImmutableArray<int>) ? Several(random, Integer)
            : type == typeof(ImmutableArray<long>) ? Several(random, generator => generator.NextInt64(long.MinValue, long.MaxValue))
            : type == typeof(ImmutableArray<float>) ? Several(random, Real)
            : throw new AssertFailedException($"no sample of {type}");
    }

    private static int Integer(Random random) => random.Next(4) switch
    {
        0 => int.MinValue,
        1 => int.MaxValue,
        _ => random.Next(-1000, 1000),
    };

    private static float Real(Random random) =>
        random.Next(2) == 0 ? Reals[random.Next(Reals.Length)] : (random.NextSingle() - 0.5f) * 100;

    private static ImmutableArray<T> Several<T>(Random random, Func<Random, T> one) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => one(random))];
}
