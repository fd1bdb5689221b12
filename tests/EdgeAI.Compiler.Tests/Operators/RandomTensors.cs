using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Operators;

/// <summary>Random operands for operator tests, from the given generator alone.</summary>
internal static class RandomTensors
{
    /// <summary>A run-time value: float32, or int8 with a random scale and zero point.</summary>
    public static Tensor Activation(Random random, string name, bool quantized, params int[] extents) =>
        new(name, quantized ? ElementType.Int8 : ElementType.Float32, new Shape(extents))
        {
            Quantization = quantized ? QuantizationParameters.PerTensor(0.005f + (random.NextSingle() * 0.05f), random.Next(-128, 128)) : null,
        };

    /// <summary>Constant float weights in ±1.</summary>
    public static Tensor Floats(Random random, string name, params int[] extents)
    {
        float[] values = new float[new Shape(extents).ElementCount];
        foreach (ref float value in values.AsSpan())
        {
            value = (random.NextSingle() * 2) - 1;
        }

        return Tensor.FromValues<float>(name, ElementType.Float32, new Shape(extents), values);
    }

    /// <summary>Constant int8 weights over the whole range with one scale, or one a channel of the axis.</summary>
    public static Tensor Weights(Random random, string name, int channelAxis, params int[] extents)
    {
        var shape = new Shape(extents);
        byte[] bytes = new byte[shape.ElementCount];
        random.NextBytes(bytes);
        bool perChannel = random.Next(2) == 0;
        int count = perChannel ? shape[channelAxis] : 1;
        float[] scales = new float[count];
        foreach (ref float scale in scales.AsSpan())
        {
            scale = 0.001f + (random.NextSingle() * 0.02f);
        }

        return new Tensor(name, ElementType.Int8, shape)
        {
            Constant = bytes,
            Quantization = new([.. scales], [.. new int[count]], perChannel ? channelAxis : -1),
        };
    }

    /// <summary>A constant int32 bias, now and then large enough for sums to wrap; or none.</summary>
    public static Tensor? Bias(Random random, string name, int channels)
    {
        int limit = random.Next(8) == 0 ? int.MaxValue : 100_000;
        return random.Next(4) == 0 ? null : Tensor.FromValues<int>(
            name, ElementType.Int32, new Shape(channels), Enumerable.Range(0, channels).Select(_ => random.Next(-limit, limit)).ToArray());
    }

    /// <summary>No limits, ReLU, ReLU6 or a lopsided pair.</summary>
    public static Clamp Clamp(Random random) => random.Next(4) switch
    {
        0 => EdgeAI.Compiler.Model.Clamp.None,
        1 => EdgeAI.Compiler.Model.Clamp.Relu,
        2 => EdgeAI.Compiler.Model.Clamp.Relu6,
        _ => new(-0.7f, 1.3f),
    };

    /// <summary>An int8 result of an inferred shape with a random quantization; a scale that spreads sums of the given depth over the range.</summary>
    public static void AddResult(Random random, Node node, Shape shape, double scale) =>
        node.Outputs.Add(new Tensor(node.Name + "_y", ElementType.Int8, shape)
        {
            Quantization = QuantizationParameters.PerTensor((float)(scale * (0.5 + random.NextDouble())), random.Next(-128, 128)),
        });
}
