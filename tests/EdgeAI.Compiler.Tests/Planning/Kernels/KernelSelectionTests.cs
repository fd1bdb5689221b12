using System.Collections.Immutable;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Compiler.Tests.Operators;

namespace EdgeAI.Compiler.Tests.Planning.Kernels;

/// <summary>Kernels are chosen by the costs of a table and the goal of the project.</summary>
[TestClass]
public sealed class KernelSelectionTests
{
    [TestMethod]
    [DataRow(OptimizationGoal.Speed, "packed", KernelCause.Fastest)]
    [DataRow(OptimizationGoal.Size, KernelVariant.Portable, KernelCause.Smallest)]
    [DataRow(OptimizationGoal.Balanced, "packed", KernelCause.Fastest)]
    public void GoalsWeighInstructionsAgainstFlash(OptimizationGoal goal, string kernel, KernelCause cause)
    {
        ChosenKernel chosen = Choose(goal, Table(packedPerMac: 1, packedBytes: 6000)).Single();
        Assert.AreEqual(kernel, chosen.Name);
        Assert.AreEqual(cause, chosen.Cause);
        Assert.IsTrue(chosen.Offers.All(offer => offer.Instructions > 0 && offer.ConstantBytes > 0));
    }

    [TestMethod]
    public void AKernelThatSavesLittleIsNotPaidBack()
    {
        // 3.8 instead of 4 instructions a product save about five percent, worth some five KiB.
        Assert.AreEqual(KernelCause.Fastest, Choose(OptimizationGoal.Balanced, Table(3.8, 3000)).Single().Cause);
        ChosenKernel dear = Choose(OptimizationGoal.Balanced, Table(3.8, 30_000)).Single();
        Assert.AreEqual(KernelCause.NotPaidBack, dear.Cause);
        Assert.AreEqual(KernelVariant.Portable, dear.Name);
        Assert.AreEqual("packed", Choose(OptimizationGoal.Speed, Table(3.8, 30_000)).Single().Name);
    }

    [TestMethod]
    public void LayersShareTheCodeOfAKernel()
    {
        // The portable kernel takes 300 percent more, which pays for 300 KiB: for 45,000 bytes once, not for eight times as many.
        Assert.IsTrue(Choose(OptimizationGoal.Balanced, Table(1, 45_000), 8).All(chosen => chosen.Name == "packed"));
        Assert.AreEqual(KernelVariant.Portable, Choose(OptimizationGoal.Balanced, Table(1, 8 * 45_000)).Single().Name);
    }

    [TestMethod]
    public void WithoutCostsTheOperatorsOrderDecides()
    {
        ChosenKernel chosen = Choose(OptimizationGoal.Size, KernelCostTable.Empty).Single();
        Assert.AreEqual("packed", chosen.Name);
        Assert.AreEqual(KernelCause.Order, chosen.Cause);
    }

    [TestMethod]
    public void WhatCannotIsTold()
    {
        Node node = Packable();
        Graph graph = GraphOf([node]);
        ChosenKernel chosen = KernelSelection.Choose(graph, InstructionSet.Portable, KernelCostTable.Empty, OptimizationGoal.Speed).Single();
        Assert.AreEqual(KernelCause.Only, chosen.Cause);
        Assert.AreEqual(KernelVariant.Portable, node.Kernel);
        var random = new Random(3);
        Node odd = Enumerable.Range(0, 300).Select(i => QuantizedLayers.Random(random, i))
            .First(candidate => OperatorCatalog.Of(candidate).Kernels(candidate, InstructionSet.Dsp) is [{ WhyNot: not null }, ..] offers
                && offers.Count(offer => offer.WhyNot is null) == (offers.Any(offer => offer.Name == KernelVariant.Portable) ? 1 : 0));
        chosen = KernelSelection.Choose(GraphOf([odd]), InstructionSet.Dsp, KernelCostTable.Empty, OptimizationGoal.Speed).Single();
        Assert.AreEqual(KernelCause.Only, chosen.Cause);
        Assert.IsNotNull(chosen.Offers[0].WhyNot);
    }

    /// <summary>Layers with a state are costed from measurements, where types are chosen too.</summary>
    [TestMethod]
    [DataRow("edgeai_lstm_s8")]
    [DataRow("edgeai_lstm_s16")]
    [DataRow("edgeai_lstm_f32")]
    [DataRow("edgeai_recurrent_f32")]
    [DataRow("edgeai_svdf_memory_s8")]
    [DataRow("edgeai_svdf_memory_f32")]
    [DataRow("edgeai_svdf_result_s8")]
    [DataRow("edgeai_svdf_result_f32")]
    public void RecurrentKernelsAreMeasuredOnEveryCore(string function)
    {
        foreach (string core in KernelCostTable.Cores)
        {
            KernelCost? cost = KernelCostTable.Of(core).Find(function);
            Assert.IsNotNull(cost, core);
            Assert.IsGreaterThan(0, cost.Coefficients[^1], $"{core}: a product costs something");
            Assert.IsLessThan(0.4, cost.LargestError, core);
        }
    }

    [TestMethod]
    public void EveryKernelWithAnAlternativeIsMeasuredOnEveryCore()
    {
        var random = new Random(5);
        Node[] nodes = [.. Enumerable.Range(0, 200).Select(i => QuantizedLayers.Random(random, i))];
        string[] missing =
        [
            .. KernelCostTable.Cores.SelectMany(core => nodes.SelectMany(node =>
            {
                InstructionSet set = InstructionSets.Of(core);
                KernelVariant[] possible = [.. OperatorCatalog.Of(node).Kernels(node, set).Where(kernel => kernel.WhyNot is null)];
                return possible.Length < 2 ? [] : possible.Select(kernel => kernel.Emit(new KernelProbe(set)).Function)
                    .Where(function => KernelCostTable.Of(core).Find(function) is null).Select(function => $"{function} on {core}");
            })).Distinct(),
        ];
        Assert.AreEqual("", string.Join(", ", missing), "run build/measure-costs.sh and commit what it writes");
        Assert.Contains("cortex-m4", KernelCostTable.Cores);
        Assert.IsEmpty(KernelCostTable.Of("host").Functions);
    }

    private static ImmutableArray<ChosenKernel> Choose(OptimizationGoal goal, KernelCostTable table, int layers = 1) =>
        KernelSelection.Choose(GraphOf([.. Enumerable.Range(0, layers).Select(_ => Packable())]), InstructionSet.Dsp, table, goal);

    /// <summary>A layer that the packed kernel computes too.</summary>
    private static Node Packable()
    {
        var random = new Random(3);
        return Enumerable.Range(0, 300).Select(i => QuantizedLayers.Random(random, i)).First(node =>
            node.Operator == "Conv2D" && OperatorCatalog.Of(node).CountMacs(node) > 5000
            && OperatorCatalog.Of(node).KernelOf(node, InstructionSet.Dsp).Name == "packed");
    }

    private static Graph GraphOf(Node[] nodes)
    {
        var graph = new Graph { Name = "layers" };
        foreach (Node node in nodes)
        {
            graph.Nodes.Add(node);
        }

        return graph;
    }

    /// <summary>Products alone cost: 4 instructions each in the portable kernel with its 1,000 bytes.</summary>
    private static KernelCostTable Table(double packedPerMac, long packedBytes)
    {
        string Coefficients(double perMac) => FormattableString.Invariant($$"""{ "instructions": [0, 0, 0, 0, 0, {{perMac}}], "layers": 1, "largestError": 0 }""");
        string code = string.Join(", ", KernelLibrary.Files.Where(file => file.EndsWith(".c", StringComparison.Ordinal)).Select(file =>
            FormattableString.Invariant($"\"{file}\": {(file == "edgeai_conv2d_packed_s8.c" ? packedBytes : file == "edgeai_conv2d_s8.c" ? 1000 : 0)}")));
        return KernelCostTable.Parse($$"""
            { "kernels": { "edgeai_conv2d_packed_s8": {{Coefficients(packedPerMac)}}, "edgeai_conv2d_s8": {{Coefficients(4)}} }, "codeBytes": { {{code}} } }
            """);
    }
}
