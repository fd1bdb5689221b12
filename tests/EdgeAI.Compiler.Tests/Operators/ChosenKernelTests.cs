using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Operators;

/// <summary>Kernels that are chosen for a set of instructions, read by a compiler of another machine: the managed bytes.</summary>
[TestClass]
public sealed class ChosenKernelTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(InstructionSet.Thumb1)]
    [DataRow(InstructionSet.Thumb2)]
    [DataRow(InstructionSet.Dsp)]
    [DataRow(InstructionSet.Helium)]
    [DataRow(InstructionSet.Rv32)]
    public void CKernelsGiveTheManagedBytesOnEveryMachine(InstructionSet instructionSet)
    {
        const int seed = 20260401;
        var random = new Random(seed);
        Node[] nodes = [.. Enumerable.Range(0, 150).Select(i => QuantizedLayers.Random(random, i))];
        KernelHarness.Check(TestContext, nodes, seed, instructionSet: instructionSet);
    }

    [TestMethod]
    public void PackedKernelsAreChosenWhereTheyAreExact()
    {
        var random = new Random(3);
        Node[] nodes = [.. Enumerable.Range(0, 300).Select(i => QuantizedLayers.Random(random, i)).Where(node => node.Operator is "Conv2D" or "DepthwiseConv2D")];
        int packed = nodes.Count(node => OperatorCatalog.Of(node).KernelOf(node, InstructionSet.Dsp).Name == "packed");
        Assert.IsGreaterThan(nodes.Length / 3, packed, "nodes with kernels of the DSP extension");
        Assert.IsLessThan(nodes.Length, packed, "nodes that cannot be proven");
        Assert.IsTrue(nodes.All(node => OperatorCatalog.Of(node).KernelOf(node, InstructionSet.Portable).Name == KernelVariant.Portable));
    }

    [TestMethod]
    public void TheKernelOfThePlanIsUsed()
    {
        var random = new Random(3);
        Node node = Enumerable.Range(0, 300).Select(i => QuantizedLayers.Random(random, i))
            .First(node => OperatorCatalog.Of(node).KernelOf(node, InstructionSet.Dsp).Name == "packed");
        Operator definition = OperatorCatalog.Of(node);
        node.Kernel = KernelVariant.Portable;
        Assert.AreEqual(KernelVariant.Portable, definition.KernelOf(node, InstructionSet.Dsp).Name);
        Assert.AreEqual(definition.ScratchBytes(node), definition.ScratchBytes(node, InstructionSet.Dsp));
        node.Kernel = "vectors";
        OperatorException error = Assert.ThrowsExactly<OperatorException>(() => definition.KernelOf(node, InstructionSet.Dsp));
        Assert.Contains("'vectors'", error.Message);
        Assert.Contains(node.Name, error.Message);
    }
}
