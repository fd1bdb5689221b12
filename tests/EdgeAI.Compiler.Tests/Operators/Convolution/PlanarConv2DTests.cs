using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Operators.Convolution;

/// <summary>PlanarConv2D: managed against C, and against sums written out.</summary>
[TestClass]
public sealed class PlanarConv2DTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void EveryKernelGivesTheManagedBits()
    {
        int seed = Seeds.Of(TestContext);
        var random = new Random(seed);
        Node[] nodes = [.. Enumerable.Range(0, 50).Select(i => RandomNode(random, i))];
        foreach (string machine in KernelHarness.VectorMachines)
        {
            KernelHarness.Check(TestContext, nodes, seed, exactFloats: true, machine: machine);
        }

        KernelHarness.Check(TestContext, nodes, seed, instructionSet: InstructionSet.Dsp, exactFloats: true);
        Assert.IsTrue(nodes.Any(node => OperatorCatalog.Of(node).KernelOf(node, InstructionSet.Dsp).Name == "lanes"));
        Assert.IsTrue(nodes.Any(node => OperatorCatalog.Of(node).KernelOf(node, InstructionSet.Portable).Name == "wide"));
    }

    [TestMethod]
    public void SumsAreThoseOfTheDefinition()
    {
        int seed = Seeds.Of(TestContext);
        var random = new Random(seed);
        for (int i = 0; i < 40; i++)
        {
            Node node = RandomNode(random, i);
            float[] x = [.. Enumerable.Range(0, (int)node.Input(0).Shape.ElementCount).Select(_ => (random.NextSingle() * 4) - 2)];
            byte[]?[] operands = [.. node.Inputs.Select((tensor, k) => k == 0 ? MemoryMarshal.AsBytes<float>(x).ToArray() : tensor?.Constant!.Value.ToArray())];
            ReadOnlySpan<float> actual = MemoryMarshal.Cast<byte, float>(KernelHarness.Execute(node, operands)[0]);
            double[] expected = ByDefinition(node, x);
            Assert.AreEqual(expected.Length, actual.Length);
            for (int k = 0; k < expected.Length; k++)
            {
                Assert.AreEqual(expected[k], actual[k], 1e-4, $"seed {seed}, case {i}, element {k}, {node.Attributes}");
            }
        }
    }

    [TestMethod]
    public void OperandsThatDoNotFitAreNamed()
    {
        var random = new Random(1);
        Tensor x = RandomTensors.Activation(random, "x", false, 1, 6, 8, 9);
        var attributes = new Conv2DAttributes(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None);
        Fails("for the 6 channels of x", attributes, x, RandomTensors.Floats(random, "w", 4, 3, 5, 3));
        Fails("spans 9 elements of height", attributes, x, RandomTensors.Floats(random, "w", 4, 9, 6, 3));
        Fails("groups is 2", attributes with { Groups = 2 }, x, RandomTensors.Floats(random, "w", 4, 3, 6, 3));
        Fails("float32 is taken", attributes, RandomTensors.Activation(random, "x", true, 1, 6, 8, 9), RandomTensors.Floats(random, "w", 4, 3, 6, 3));
    }

    private static void Fails(string part, OperatorAttributes attributes, params Tensor?[] inputs)
    {
        var node = new Node("n", "PlanarConv2D", attributes) { Inputs = [.. inputs] };
        string message = Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node)).Message;
        StringAssert.Contains(message, part, StringComparison.Ordinal);
    }

    private static Node RandomNode(Random random, int number)
    {
        int channels = random.Next(2, random.Next(3) == 0 ? 12 : 5);
        int outputs = random.Next(1, 40);
        int kernelHeight = random.Next(1, 5);
        int kernelWidth = random.Next(1, 5);
        int dilationHeight = random.Next(1, 3);
        int dilationWidth = random.Next(4) == 0 ? 2 : 1;
        int height = random.Next(((kernelHeight - 1) * dilationHeight) + 1, 14);
        int width = random.Next(((kernelWidth - 1) * dilationWidth) + 1, 30);
        var attributes = new Conv2DAttributes(
            random.Next(1, 4), random.Next(1, 4), dilationHeight, dilationWidth,
            random.Next(0, 4), random.Next(0, 4), random.Next(0, 4), random.Next(0, 4), 1, RandomTensors.Clamp(random));
        var node = new Node($"conv{number}", "PlanarConv2D", attributes)
        {
            Inputs =
            [
                RandomTensors.Activation(random, "x", false, random.Next(1, 3), channels, height, width),
                RandomTensors.Floats(random, "w", outputs, kernelHeight, channels, kernelWidth),
                random.Next(3) == 0 ? null : RandomTensors.Floats(random, "b", outputs),
            ],
        };
        node.Outputs.Add(new Tensor("y", ElementType.Float32, OperatorCatalog.Of(node).Infer(node)[0].Shape));
        return node;
    }

    private static double[] ByDefinition(Node node, float[] x)
    {
        var a = node.AttributesAs<Conv2DAttributes>();
        Shape xs = node.Input(0).Shape;
        Shape ws = node.Input(1).Shape;
        Shape ys = node.Output.Shape;
        float[] weights = node.Input(1).Values<float>().ToArray();
        double[] result = new double[ys.ElementCount];
        for (int at = 0; at < result.Length; at++)
        {
            int o = at % ys[3];
            int ox = at / ys[3] % ys[2];
            int oy = at / ys[3] / ys[2] % ys[1];
            int n = at / ys[3] / ys[2] / ys[1];
            double sum = node.OptionalInput(2)?.Values<float>()[o] ?? 0;
            for (int w = 0; w < ws[1] * ws[2] * ws[3]; w++)
            {
                int kx = w % ws[3];
                int c = w / ws[3] % ws[2];
                int ky = w / ws[3] / ws[2];
                int iy = (oy * a.StrideHeight) - a.PadTop + (ky * a.DilationHeight);
                int ix = (ox * a.StrideWidth) - a.PadLeft + (kx * a.DilationWidth);
                if (iy >= 0 && iy < xs[2] && ix >= 0 && ix < xs[3])
                {
                    sum += (double)x[(((((n * xs[1]) + c) * xs[2]) + iy) * xs[3]) + ix] * weights[(o * ws[1] * ws[2] * ws[3]) + w];
                }
            }

            result[at] = Math.Clamp(sum, a.Clamp.Minimum, a.Clamp.Maximum);
        }

        return result;
    }
}
