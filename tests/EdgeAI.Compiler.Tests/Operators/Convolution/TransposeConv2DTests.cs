using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;

namespace EdgeAI.Compiler.Tests.Operators.Convolution;

/// <summary>TransposeConv2D: managed against C, and against scattering every element of the operand.</summary>
[TestClass]
public sealed class TransposeConv2DTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260104;
        var random = new Random(seed);
        KernelHarness.Check(TestContext, [.. Enumerable.Range(0, 60).Select(i => RandomNode(random, i, quantized: i % 2 == 0))], seed);
    }

    [TestMethod]
    public void GatheringEqualsScattering()
    {
        const int seed = 6;
        var random = new Random(seed);
        for (int i = 0; i < 30; i++)
        {
            Node node = RandomNode(random, i, quantized: false);
            node.Outputs.Add(new Tensor("y", ElementType.Float32, OperatorCatalog.Of(node).Infer(node)[0].Shape));
            node.Attributes = node.AttributesAs<TransposeConv2DAttributes>().WithClamp(Clamp.None);
            node.Inputs[2] = null;
            float[] x = [.. Enumerable.Range(0, (int)node.Input(0).Shape.ElementCount).Select(_ => (float)random.Next(-8, 9))];
            byte[] actual = KernelHarness.Execute(node, MemoryMarshal.AsBytes(x.AsSpan()).ToArray(), node.Input(1).Constant!.Value.ToArray(), null)[0];
            double[] expected = Scatter(node, x);
            for (int at = 0; at < expected.Length; at++)
            {
                Assert.AreEqual(expected[at], MemoryMarshal.Cast<byte, float>(actual)[at], 1e-3, $"seed {seed}, case {i}, element {at}, {node.Attributes}");
            }
        }
    }

    private static double[] Scatter(Node node, float[] x)
    {
        var a = node.AttributesAs<TransposeConv2DAttributes>();
        Shape xs = node.Input(0).Shape;
        Shape ws = node.Input(1).Shape;
        Shape ys = node.Output.Shape;
        ReadOnlySpan<float> weights = node.Input(1).Values<float>();
        double[] result = new double[ys.ElementCount];
        for (int i = 0; i < x.Length; i++)
        {
            int channel = i % xs[3];
            int ix = i / xs[3] % xs[2];
            int iy = i / xs[3] / xs[2] % xs[1];
            int n = i / xs[3] / xs[2] / xs[1];
            int group = channel / ws[3];
            int groupOutputs = ws[0] / a.Groups;
            for (int o = group * groupOutputs; o < (group + 1) * groupOutputs; o++)
            {
                for (int ky = 0; ky < ws[1]; ky++)
                {
                    for (int kx = 0; kx < ws[2]; kx++)
                    {
                        int oy = (iy * a.StrideHeight) + (ky * a.DilationHeight) - a.PadTop;
                        int ox = (ix * a.StrideWidth) + (kx * a.DilationWidth) - a.PadLeft;
                        if (oy >= 0 && oy < ys[1] && ox >= 0 && ox < ys[2])
                        {
                            result[(((((n * ys[1]) + oy) * ys[2]) + ox) * ys[3]) + o] +=
                                x[i] * weights[(((((o * ws[1]) + ky) * ws[2]) + kx) * ws[3]) + (channel % ws[3])];
                        }
                    }
                }
            }
        }

        return result;
    }

    private static Node RandomNode(Random random, int number, bool quantized)
    {
        int groups = random.Next(3) == 0 ? random.Next(1, 4) : 1;
        int depth = random.Next(1, 9);
        int outputs = groups * random.Next(1, 7);
        int kernelHeight = random.Next(1, 5);
        int kernelWidth = random.Next(1, 5);
        var attributes = new TransposeConv2DAttributes(
            random.Next(1, 5), random.Next(1, 5), random.Next(1, 4), random.Next(1, 4),
            random.Next(0, kernelHeight), random.Next(0, 2), random.Next(0, kernelWidth), random.Next(0, 2),
            random.Next(0, 3), random.Next(0, 3), groups, RandomTensors.Clamp(random));
        var node = new Node($"transposed{number}", "TransposeConv2D", attributes)
        {
            Inputs =
            [
                RandomTensors.Activation(random, "x", quantized, random.Next(1, 3), random.Next(3, 7), random.Next(3, 7), groups * depth),
                quantized ? RandomTensors.Weights(random, "w", 0, outputs, kernelHeight, kernelWidth, depth)
                    : RandomTensors.Floats(random, "w", outputs, kernelHeight, kernelWidth, depth),
                quantized ? RandomTensors.Bias(random, "b", outputs) : random.Next(3) == 0 ? null : RandomTensors.Floats(random, "b", outputs),
            ],
        };
        try
        {
            Shape shape = OperatorCatalog.Of(node).Infer(node)[0].Shape;
            if (quantized)
            {
                RandomTensors.AddResult(random, node, shape, 0.02 * Math.Sqrt(depth * kernelHeight * kernelWidth));
            }

            return node;
        }
        catch (OperatorException)
        {
            // Padding ate the whole result: draw again.
            return RandomNode(random, number, quantized);
        }
    }
}
