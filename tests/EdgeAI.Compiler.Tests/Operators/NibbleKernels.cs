using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Operators;

/// <summary>Layers with weights of 4 bits: what holds for every operator that takes them.</summary>
internal static class NibbleKernels
{
    /// <summary>Every kernel of a set of instructions that reads such weights, on random layers; each layer has one.</summary>
    public static void GiveTheManagedBytes(TestContext context, InstructionSet instructionSet, Func<Random, int, Node> layer)
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        Node[] nodes = [.. Enumerable.Range(0, 25).Select(i => QuantizedLayers.WithNibbles(layer(random, i)))];
        Assert.IsTrue(nodes.All(node => OperatorCatalog.Of(node).Kernels(node, instructionSet).Any(kernel => kernel is { ReadsNibbles: true, WhyNot: null })));
        KernelHarness.Check(context, nodes, seed, instructionSet: instructionSet);
    }

    /// <summary>The managed reference, with the weights packed and as int8.</summary>
    public static void GiveTheBytesOfTheSameWeightsInInt8(TestContext context, Func<Random, int, Node> layer)
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        foreach (Node node in Enumerable.Range(0, 40).Select(i => QuantizedLayers.WithNibbles(layer(random, i))))
        {
            byte[] x = new byte[node.Input(0).ByteSize];
            random.NextBytes(x);
            Tensor nibbles = node.Input(1);
            byte[]? bias = node.OptionalInput(2)?.Constant!.Value.ToArray();
            byte[] actual = KernelHarness.Execute(node, x, nibbles.Constant!.Value.ToArray(), bias)[0];
            Tensor wide = Tensor.FromValues(nibbles.Name, ElementType.Int8, nibbles.Shape, nibbles.Values<sbyte>(), nibbles.Quantization);
            node.Inputs[1] = wide;
            byte[] expected = KernelHarness.Execute(node, x, wide.Constant!.Value.ToArray(), bias)[0];
            Assert.AreEqual(expected.Length, expected.AsSpan().CommonPrefixLength(actual), $"seed {seed}, {node.Name}");
        }
    }
}
