using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>Bounds of sums and what is told where they do not hold.</summary>
[TestClass]
public sealed class RangeProofTests
{
    /// <summary>Every input of a small layer lies within the interval, and its ends are reached.</summary>
    [TestMethod]
    public void Interval_holds_every_sum_and_is_tight()
    {
        int[] weights = [3, -5, 0];
        const int zeroPoint = -10;
        (long low, long high) = RangeProof.Interval(weights, 7, zeroPoint);
        long smallest = long.MaxValue;
        long largest = long.MinValue;
        foreach (int a in new[] { -128, -10, 127 })
        {
            foreach (int b in new[] { -128, -10, 127 })
            {
                long sum = 7 + (3 * (a - zeroPoint)) - (5 * (b - zeroPoint));
                smallest = Math.Min(smallest, sum);
                largest = Math.Max(largest, sum);
            }
        }

        Assert.AreEqual((smallest, largest), (low, high));
    }

    [TestMethod]
    public void A_shift_to_the_left_takes_room()
    {
        Assert.IsTrue(RangeProof.Holds((-1000, 1000), 20));
        Assert.IsFalse(RangeProof.Holds((-1000, 1000), 22));
        Assert.IsTrue(RangeProof.Holds((int.MinValue, int.MaxValue), -3));
        Assert.IsFalse(RangeProof.Holds((0, 1L + int.MaxValue), 0));
    }

    /// <summary>A bias near the end of int32 is told with its channel; a sound layer is not.</summary>
    [TestMethod]
    [DataRow(2147483600, 1)]
    [DataRow(1000, 0)]
    public void An_open_channel_is_named(int bias, int count)
    {
        var x = new Tensor("x", ElementType.Int8, new Shape(1, 2)) { Quantization = QuantizationParameters.PerTensor(0.1f, 0) };
        Tensor weights = Tensor.FromValues<sbyte>("w", ElementType.Int8, new Shape(2, 2), [1, 2, 3, 4], QuantizationParameters.PerTensor(0.1f, 0));
        Tensor biases = Tensor.FromValues<int>("b", ElementType.Int32, new Shape(2), [0, bias], QuantizationParameters.PerTensor(0.01f, 0));
        var y = new Tensor("y", ElementType.Int8, new Shape(1, 2)) { Quantization = QuantizationParameters.PerTensor(1f, 0) };
        var node = new Node("fc", "FullyConnected", new FullyConnectedAttributes(Clamp.None)) { Inputs = [x, weights, biases], Outputs = [y] };
        var diagnostics = new List<Diagnostic>();
        RangeProof.Run(new Graph { Inputs = [x], Outputs = [y], Nodes = [node] }, diagnostics);
        Assert.HasCount(count, diagnostics);
        Assert.IsTrue(diagnostics.All(diagnostic => diagnostic.Code == "EAI2012" && diagnostic.Message.StartsWith("1 channels of node 'fc' (1)", StringComparison.Ordinal)),
            string.Join(" | ", diagnostics));
    }
}
