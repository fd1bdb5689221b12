using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Softmax;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Tests.Operators;

namespace EdgeAI.Compiler.Tests.Passes;

/// <summary>Masks of attention in front of a Softmax: what they leave out has no share, and no number so low is left in the graph.</summary>
[TestClass]
public sealed class FuseMaskIntoSoftmaxTests(TestContext context)
{
    [TestMethod]
    [DataRow(float.NegativeInfinity)]
    [DataRow(float.MinValue)]
    [DataRow(-1e9f)]
    public void A_chosen_mask_becomes_part_of_the_softmax(float low)
    {
        foreach (bool isLowFirst in (bool[])[true, false])
        {
            Graph graph = Selected(low, isLowFirst);
            float[] before = Run(graph);
            Assert.IsTrue(new FuseMaskIntoSoftmax().Run(graph));
            Assert.AreEqual("MaskedSoftmax", graph.Producers()[graph.Outputs[0]].Operator);
            Assert.IsEmpty(GraphVerifier.Verify(graph));
            float[] after = Run(graph);
            for (int i = 0; i < before.Length; i++)
            {
                // The third row has nothing left.
                Assert.AreEqual(before[i], after[i], 1e-6f, $"element {i}");
            }
        }
    }

    [TestMethod]
    public void An_added_mask_keeps_what_it_adds_elsewhere()
    {
        Graph graph = Added([0, -1e9f, 0, 0.5f, 0, float.NegativeInfinity]);
        float[] before = Run(graph);
        Assert.IsTrue(new FuseMaskIntoSoftmax().Run(graph));
        float[] after = Run(graph);
        Assert.IsTrue(before.Zip(after).All(pair => Math.Abs(pair.First - pair.Second) < 1e-6f));
        Assert.IsFalse(graph.Tensors().Any(tensor => tensor is { IsConstant: true, Type: ElementType.Float32 } && tensor.Values<float>().ContainsAny(-1e9f, float.NegativeInfinity) && graph.Consumers()[tensor].Any(node => node.Operator == "MaskedSoftmax")));
    }

    [TestMethod]
    public void What_is_not_a_mask_stays()
    {
        Assert.IsFalse(new FuseMaskIntoSoftmax().Run(Selected(-100, true)));
        Assert.IsFalse(new FuseMaskIntoSoftmax().Run(Added([-1e9f, -1e9f, -1e9f, 0, 0, 0])), "a row without anything left");
        Graph nested = Selected(-1e9f, true);
        Node select = nested.Nodes[0];
        var scores = new Tensor("scores", ElementType.Float32, select.Output.Shape);
        nested.Nodes.Insert(0, new Node("inner", "Add", new BinaryAttributes(Clamp.None))
        {
            Inputs = [select.Input(2), Tensor.FromValues<float>("inner_mask", ElementType.Float32, new Shape(3), [0, -1e12f, 0])],
            Outputs = [scores],
        });
        select.Inputs[2] = scores;
        Assert.IsFalse(new FuseMaskIntoSoftmax().Run(nested), "scores that are masked already");
    }

    [TestMethod]
    public void CKernelsGiveTheManagedShares()
    {
        var nodes = new List<Node>();
        foreach ((int[] shape, int[] mask) in ((int[], int[])[])[([2, 3, 4, 5], [4, 5]), ([2, 3, 4, 5], [1, 1, 1, 5]), ([3, 7], [3, 7])])
        {
            nodes.Add(new Node($"masked{nodes.Count}", "MaskedSoftmax", new MaskedSoftmaxAttributes(1.5f, MaskedWhere: nodes.Count % 2 == 0, UniformWithout: true))
            {
                Inputs = [new Tensor($"x{nodes.Count}", ElementType.Float32, new Shape(shape)), new Tensor($"m{nodes.Count}", ElementType.Bool, new Shape(mask))],
            });
        }

        KernelHarness.Check(context, nodes, 20261130);
        Assert.IsFalse(MaskedSoftmax.Fits(new Shape(2, 1, 4, 5), new Shape(2, 3, 4, 5)));
    }

    private static Graph Selected(float low, bool isLowFirst)
    {
        Tensor x = new("x", ElementType.Float32, new Shape(3, 3));
        var condition = Tensor.FromValues<byte>("mask", ElementType.Bool, new Shape(3, 3), [.. ((byte[])[0, 1, 0, 0, 0, 1, 1, 1, 1]).Select(one => isLowFirst ? one : (byte)(1 - one))]);
        var constant = Tensor.FromValues<float>("low", ElementType.Float32, Shape.Scalar, [low]);
        return Through(x, new Node("choose", "Select", NoAttributes.Instance) { Inputs = isLowFirst ? [condition, constant, x] : [condition, x, constant] });
    }

    private static Graph Added(float[] mask)
    {
        Tensor x = new("x", ElementType.Float32, new Shape(3, 2, 3));
        return Through(x, new Node("add", "Add", new BinaryAttributes(Clamp.None)) { Inputs = [x, Tensor.FromValues<float>("mask", ElementType.Float32, new Shape(2, 3), mask)] });
    }

    private static Graph Through(Tensor x, Node masked)
    {
        var scores = new Tensor("masked", ElementType.Float32, x.Shape);
        var shares = new Tensor("shares", ElementType.Float32, x.Shape);
        masked.Outputs.Add(scores);
        return new Graph
        {
            Name = "attention", Inputs = [x], Outputs = [shares],
            Nodes = [masked, new Node("softmax", "Softmax", new SoftmaxAttributes(1)) { Inputs = [scores], Outputs = [shares] }],
        };
    }

    private static float[] Run(Graph graph)
    {
        var executor = new EdgeAI.Compiler.Execution.GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes<float>([.. Enumerable.Range(0, (int)graph.Inputs[0].Shape.ElementCount).Select(i => (i * 37 % 11 / 4f) - 1)]));
        executor.Run();
        return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }
}
