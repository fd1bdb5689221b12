using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Pooling;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Operators.Softmax;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Quantization.Mixed;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>Graphs with a type for each layer: sound for every choice, and those of one type where all layers have it.</summary>
[TestClass]
public sealed class MixedGraphTests
{
    private static readonly Lazy<(MixedCandidates Candidates, IReadOnlyList<TestCase> Cases)> Made = new(() =>
    {
        Graph graph = Network();
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 16);
        return (IntegerQuantizer.Candidates(graph, cases, [], CancellationToken.None).Candidates, cases);
    });

    [TestMethod]
    public void One_type_for_all_gives_the_bytes_of_that_graph()
    {
        (MixedCandidates candidates, IReadOnlyList<TestCase> cases) = Made.Value;
        var units = new LayerUnits(candidates);
        foreach ((ElementType type, Graph whole) in new[] { (ElementType.Int8, candidates.Narrow), (ElementType.Int16, candidates.Wide), (ElementType.Float32, candidates.Exact) })
        {
            Graph mixed = MixedGraph.Compose(candidates, units, units.Units.ToDictionary(unit => unit, _ => type));
            CollectionAssert.AreEqual(Outputs(whole, cases), Outputs(mixed, cases), type.ToString());
            Assert.AreEqual(whole.Nodes.Count, mixed.Nodes.Count, type.ToString());
        }
    }

    [TestMethod]
    public void Every_choice_is_a_sound_graph_near_the_float_one()
    {
        (MixedCandidates candidates, IReadOnlyList<TestCase> cases) = Made.Value;
        var units = new LayerUnits(candidates);
        var probe = new OutputProbe(candidates.Exact, cases, CancellationToken.None);
        var random = new Random(20_261_128);
        ElementType[] types = [ElementType.Int8, ElementType.Int16, ElementType.Int4, ElementType.Float32];
        for (int i = 0; i < 60; i++)
        {
            Graph mixed = MixedGraph.Compose(candidates, units, units.Units.ToDictionary(unit => unit, _ => types[random.Next((i % 3) + 2)]));
            Assert.IsEmpty(GraphVerifier.Verify(mixed), string.Join("; ", GraphVerifier.Verify(mixed)));
            Assert.IsGreaterThan(12, probe.SqnrDb(mixed, CancellationToken.None), ModelText.Write(mixed).Text);
            Tensor[] ofInput = [.. mixed.Nodes.Where(node => node.Operator == "Quantize" && mixed.Inputs.Contains(node.Input(0))).Select(node => node.Output)];
            Assert.IsLessThanOrEqualTo(1, ofInput.Length, "an input has one integer form");
        }
    }

    [TestMethod]
    public void Layers_that_move_integers_follow_the_others()
    {
        (MixedCandidates candidates, _) = Made.Value;
        var units = new LayerUnits(candidates);
        CollectionAssert.AreEqual(
            new[] { "conv", "sigmoid", "mul", "fc", "softmax" }, units.Units.Select(unit => unit.Name).ToArray());
        Graph mixed = MixedGraph.Compose(candidates, units, units.Units.ToDictionary(unit => unit, unit => unit.Name == "conv" ? ElementType.Int16 : ElementType.Int8));
        Assert.AreEqual(ElementType.Int16, mixed.Nodes.First(node => node.Name == "pool").Output.Type == ElementType.Int16 ? ElementType.Int16 : ElementType.Int8);
        Assert.AreEqual(ElementType.Int8, mixed.Nodes.First(node => node.Name == "fc").Output.Type);
        Assert.IsTrue(mixed.Nodes.Any(node => node.Operator == "Requantize"));
    }

    [TestMethod]
    public void The_table_tells_which_layers_need_more()
    {
        (MixedCandidates candidates, _) = Made.Value;
        Assert.IsTrue(candidates.Sensitivities.All(row => row is { Int8Noise: > 0, Int16Noise: >= 0, IsLocal: false }));
        Assert.IsGreaterThan(4 * candidates.Sensitivities.Sum(row => row.Int16Noise!.Value), candidates.Sensitivities.Sum(row => row.Int8Noise!.Value));
    }

    [TestMethod]
    public void Layers_with_int4_weights_fit_into_the_int8_graph()
    {
        (MixedCandidates candidates, IReadOnlyList<TestCase> cases) = Made.Value;
        CollectionAssert.AreEqual(new[] { "conv", "fc" }, candidates.Nibbles.Nodes.Select(node => node.Name).ToArray());
        var narrow = candidates.Narrow.Nodes.ToDictionary(node => node.Name);
        foreach (Node layer in candidates.Nibbles.Nodes)
        {
            Node wide = narrow[layer.Name];
            Tensor weights = layer.Input(1);
            Assert.AreEqual(ElementType.Int4, weights.Type);
            Assert.IsTrue(weights.Values<sbyte>().ToArray().All(weight => Math.Abs(weight) <= 7));
            Assert.AreEqual(wide.Input(1).Quantization!.Scales.Length, weights.Quantization!.Scales.Length);
            Assert.AreEqual(wide.Output.Quantization, layer.Output.Quantization);
            Assert.AreEqual(wide.Input(0).Quantization, layer.Input(0).Quantization);
        }

        Assert.IsTrue(candidates.Sensitivities.All(row => row.Int4Noise is null == row.Node is not ("conv" or "fc")));
        Assert.IsTrue(candidates.Sensitivities.All(row => row.Int4Noise is null || row.Int4Noise > row.Int8Noise));
        var units = new LayerUnits(candidates);
        Graph mixed = MixedGraph.Compose(candidates, units, units.Units.ToDictionary(unit => unit, unit => units.Form(unit, ElementType.Int4) is null ? ElementType.Int8 : ElementType.Int4));
        Assert.AreEqual(candidates.Narrow.Nodes.Count, mixed.Nodes.Count, "no conversions");
        Assert.IsGreaterThan(10, new OutputProbe(candidates.Exact, cases, CancellationToken.None).SqnrDb(mixed, CancellationToken.None));
    }

    [TestMethod]
    public void Candidates_and_choices_survive_a_round_trip()
    {
        (MixedCandidates candidates, _) = Made.Value;
        var choice = new TypeChoice("a limit", "8 inputs", true, 31.5, null, 0.5, 10, 20,
            [.. candidates.Sensitivities.Select(row => new ChosenType(row, "source", "Conv2D", ElementType.Int16, null, 7) { Int4Instructions = 9 })])
        {
            FlashBytes = 4321,
        };
        var model = new QuantizedModel(candidates.Wide, new ModelSource("m.onnx", new string('a', 64), "onnx"), "Auto", true, 16, new BorderLayouts([[]], [[]]))
        {
            Candidates = candidates,
            Types = choice,
        };
        byte[] bytes = ModelFile.Write(model);
        QuantizedModel read = ModelFile.ReadQuantized(bytes);
        CollectionAssert.AreEqual(bytes, ModelFile.Write(read));
        CollectionAssert.AreEqual(candidates.Sensitivities.ToArray(), read.Candidates!.Sensitivities.ToArray());
        Assert.AreEqual(choice with { Layers = [] }, read.Types! with { Layers = [] });
        CollectionAssert.AreEqual(choice.Layers.ToArray(), read.Types.Layers.ToArray());
    }

    /// <summary>The largest input is equal to the largest in every assignment, though one comes from integers and the other in float or in finer integers.</summary>
    [TestMethod]
    public void Comparisons_read_both_sides_as_the_coarser_integers_have_them()
    {
        Graph graph = Comparing();
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 16);
        MixedCandidates candidates = IntegerQuantizer.Candidates(graph, cases, [], CancellationToken.None).Candidates;
        var units = new LayerUnits(candidates);
        Assert.HasCount(2, units.Units);
        foreach (ElementType first in new[] { ElementType.Int8, ElementType.Int16, ElementType.Float32 })
        {
            foreach (ElementType second in new[] { ElementType.Int8, ElementType.Int16, ElementType.Float32 })
            {
                Graph mixed = MixedGraph.Compose(candidates, units, units.Units.ToDictionary(unit => unit, unit => unit.Name == "copied" ? first : second));
                Assert.IsEmpty(GraphVerifier.Verify(mixed), string.Join("; ", GraphVerifier.Verify(mixed)));
                var makers = mixed.Producers();
                foreach (Node comparison in mixed.Nodes.Where(node => node.Operator == "Equal"))
                {
                    ElementType[] roundedTo = [.. comparison.Inputs.Select(operand => makers.TryGetValue(operand!, out Node? maker) && maker.Operator == "Dequantize" ? maker.Input(0).Type : ElementType.Float32)];
                    Assert.AreEqual(roundedTo[0], roundedTo[1], ModelText.Write(mixed).Text);
                }

                var executor = new GraphExecutor(mixed);
                foreach (TestCase test in cases)
                {
                    executor.SetInput(0, test.Inputs[0].Span);
                    executor.Run();
                    Assert.IsTrue(executor.Output(0).ContainsAnyExcept((byte)0), $"{first}, {second}: no input is the largest");
                }
            }
        }
    }

    /// <summary>Which inputs are the largest one, with two layers of which the types are chosen: one behind the largest, one beside it.</summary>
    private static Graph Comparing()
    {
        Tensor Of(string name, ElementType type, params int[] extents) => new(name, type, new Shape(extents));
        Tensor x = Of("x", ElementType.Float32, 1, 16);
        Tensor most = Of("most_y", ElementType.Float32, 1, 1);
        Tensor half = Tensor.FromValues<float>("half", ElementType.Float32, new Shape(1), [0.5f]);
        Tensor copied = Of("copied_y", ElementType.Float32, 1, 1);
        Tensor beside = Of("beside_y", ElementType.Float32, 1, 16);
        Tensor isMost = Of("is_y", ElementType.Bool, 1, 16);
        Tensor isHalf = Of("other_y", ElementType.Bool, 1, 16);
        return new Graph
        {
            Name = "comparing",
            Inputs = [x],
            Outputs = [isMost, copied, beside, isHalf],
            Nodes =
            [
                new Node("most", "ReduceMax", new ReduceAttributes([1], true)) { Inputs = [x], Outputs = [most] },
                new Node("copied", "Multiply", new BinaryAttributes(Clamp.None)) { Inputs = [most, half], Outputs = [copied] },
                new Node("beside", "Multiply", new BinaryAttributes(Clamp.None)) { Inputs = [x, half], Outputs = [beside] },
                new Node("is", "Equal", NoAttributes.Instance) { Inputs = [x, most], Outputs = [isMost] },
                new Node("other", "Equal", NoAttributes.Instance) { Inputs = [beside, copied], Outputs = [isHalf] },
            ],
        };
    }

    private static byte[] Outputs(Graph graph, IReadOnlyList<TestCase> cases)
    {
        var executor = new GraphExecutor(graph);
        var bytes = new List<byte>();
        foreach (TestCase test in cases)
        {
            executor.SetInput(0, test.Inputs[0].Span);
            executor.Run();
            bytes.AddRange(executor.Output(0).ToArray());
        }

        return [.. bytes];
    }

    /// <summary>A convolution, its pool gated by a sigmoid, and a layer behind: values that several layers read, and layers that follow others.</summary>
    private static Graph Network()
    {
        var random = new Random(11);
        Tensor Floats(string name, float size, params int[] extents) => Tensor.FromValues<float>(name, ElementType.Float32, new Shape(extents),
            [.. Enumerable.Range(0, (int)new Shape(extents).ElementCount).Select(_ => ((random.NextSingle() * 2) - 1) * size)]);
        var graph = new Graph { Name = "gated", Inputs = [new Tensor("x", ElementType.Float32, new Shape(1, 8, 8, 3))] };
        Tensor Add(string name, string operatorName, OperatorAttributes attributes, params Tensor[] inputs)
        {
            var node = new Node(name, operatorName, attributes) { Inputs = [.. inputs] };
            TensorType type = OperatorCatalog.Of(node).Infer(node)[0];
            node.Outputs.Add(new Tensor(name + "_y", type.Type, type.Shape));
            graph.Nodes.Add(node);
            return node.Output;
        }

        Tensor conv = Add("conv", "Conv2D", new Conv2DAttributes(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.Relu), graph.Inputs[0], Floats("w", 0.4f, 6, 3, 3, 3), Floats("b", 0.2f, 6));
        Tensor pool = Add("pool", "MaxPool2D", new Pool2DAttributes(2, 2, 2, 2, 1, 1, 0, 0, 0, 0, 4, 4, false, Clamp.None), conv);
        Tensor gate = Add("sigmoid", "Sigmoid", UnaryAttributes.None, pool);
        Tensor gated = Add("mul", "Multiply", new BinaryAttributes(Clamp.None), pool, gate);
        Tensor both = Add("concat", "Concatenate", new ConcatenateAttributes(3), gated, pool);
        Tensor flat = Add("flat", "Reshape", new ReshapeAttributes([1, 192]), both);
        Tensor scores = Add("fc", "FullyConnected", new FullyConnectedAttributes(Clamp.None), flat, Floats("v", 0.2f, 5, 192), Floats("c", 0.5f, 5));
        graph.Outputs.Add(Add("softmax", "Softmax", new SoftmaxAttributes(1), scores));
        return graph;
    }
}
