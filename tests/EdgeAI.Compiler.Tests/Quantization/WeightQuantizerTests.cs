using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Compiler.Tests.Quantization;

[TestClass]
public sealed class WeightQuantizerTests
{
    private static Tensor Floats(string name, int[] extents, params float[] values) =>
        Tensor.FromValues<float>(name, ElementType.Float32, new Shape(extents), values);

    [TestMethod]
    public void Each_channel_fills_its_own_range()
    {
        Tensor weights = Floats("w", [2, 3], 1, -2, 0.5f, 0.001f, 0.002f, -0.004f);
        float[] scales = WeightQuantizer.Scales(weights, 0, null, 0.1f, "n", []);
        Tensor integers = WeightQuantizer.Weights(weights, 0, scales);
        CollectionAssert.AreEqual(new sbyte[] { 64, -127, 32, 32, 64, -127 }, integers.Values<sbyte>().ToArray());
        Assert.AreEqual(0, integers.Quantization!.Axis);
    }

    [TestMethod]
    public void A_huge_bias_raises_the_scale_of_its_channel_and_says_so()
    {
        Tensor weights = Floats("w", [2, 1], 1e-9f, 1);
        Tensor bias = Floats("b", [2], 1000, 1);
        var diagnostics = new List<Diagnostic>();
        float[] scales = WeightQuantizer.Scales(weights, 0, bias, 0.1f, "n", diagnostics);
        Tensor integers = WeightQuantizer.Bias(bias, 0.1f, scales);
        Assert.AreEqual("EAI2007", diagnostics.Single().Code);
        Assert.AreEqual(1 << 30, Math.Abs(integers.Values<int>()[0]), 1 << 8);
        Assert.AreEqual(1000, integers.Values<int>()[0] * (double)integers.Quantization!.Scales[0], 0.01);
        Assert.AreEqual(1 / 127f, scales[1], 1e-9f);
    }

    [TestMethod]
    public void A_channel_of_zeros_keeps_its_bias()
    {
        Tensor weights = Floats("w", [1, 2], 0, 0);
        Tensor bias = Floats("b", [1], 3);
        float[] scales = WeightQuantizer.Scales(weights, 0, bias, 0.5f, "n", []);
        Tensor integers = WeightQuantizer.Bias(bias, 0.5f, scales);
        Assert.AreEqual(3, integers.Values<int>()[0] * (double)integers.Quantization!.Scales[0], 0.01);
    }

    [TestMethod]
    public void Constants_of_the_data_path_saturate()
    {
        Tensor integers = WeightQuantizer.Activation(Floats("c", [4], -10, 0, 0.5f, 10), QuantizationParameters.PerTensor(0.1f, 3));
        CollectionAssert.AreEqual(new sbyte[] { -97, 3, 8, 103 }, integers.Values<sbyte>().ToArray());
        ActivationRange range = WeightQuantizer.RangeOf(Floats("c", [2], 4, 5));
        Assert.AreEqual(0f, range.Low);
        Assert.AreEqual(5f, range.High);
    }

    [TestMethod]
    public void A_sum_that_could_leave_int32_raises_the_scale()
    {
        const int Count = 80_000;
        float[] values = new float[Count];
        Array.Fill(values, 1f);
        Tensor weights = Floats("w", [1, Count], values);
        var diagnostics = new List<Diagnostic>();
        float[] scales = WeightQuantizer.Scales(weights, 0, null, 0.1f, "n", diagnostics);
        long bound = 255L * WeightQuantizer.Weights(weights, 0, scales).Values<sbyte>().ToArray().Sum(weight => Math.Abs((long)weight));
        Assert.AreEqual("EAI2009", diagnostics.Single().Code);
        Assert.IsLessThanOrEqualTo(int.MaxValue, bound);
        Assert.IsGreaterThan(int.MaxValue * 0.98, bound);
    }
}
