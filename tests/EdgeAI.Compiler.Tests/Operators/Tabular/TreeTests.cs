using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Tabular;
using EdgeAI.Compiler.Tests.Import.Onnx;

namespace EdgeAI.Compiler.Tests.Operators.Tabular;

/// <summary>Trees and linear models of ONNX-ML: managed against C, against a walk by hand, and what is no tree.</summary>
[TestClass]
public sealed class TreeTests(TestContext context)
{
    [TestMethod]
    public void CKernelsGiveTheManagedNumbers()
    {
        var random = new Random(11);
        var nodes = new List<Node>();
        foreach (TreeAggregation aggregation in Enum.GetValues<TreeAggregation>())
        {
            nodes.Add(Forest(random, aggregation));
        }

        KernelHarness.Check(context, nodes, 20261128, source => source.Next(9) == 0 ? float.NaN : source.Next(-2, 3));
    }

    [TestMethod]
    [DataRow(0.5f, 5f, 10f)]
    [DataRow(0.7f, 2f, 21f)]
    [DataRow(0.7f, 3f, 31f)]
    [DataRow(float.NaN, 2f, 21f)]
    public void ARowWalksToItsLeaf(float a, float b, float expected) => Assert.AreEqual(expected, Run(Regressor(), a, b)[0]);

    [TestMethod]
    public void TwoClassesFromOneScoreAreShares()
    {
        OnnxModels model = Ml().Input("x", 1, 2).Node("TreeEnsembleClassifier", ["x"], ["label", "scores"],
            [.. Tree(), OnnxModels.Ints("class_treeids", 0, 0, 0), OnnxModels.Ints("class_nodeids", 1, 3, 4), OnnxModels.Ints("class_ids", 0, 0, 0),
                Floats("class_weights", 0.25f, 0.75f, 1), OnnxModels.Ints("classlabels_int64s", 7, 9)]).Output("label").Output("scores");
        InDomain(model);
        var executor = new GraphExecutor(OnnxModels.Import(model.Bytes));
        executor.SetInput(0, MemoryMarshal.AsBytes<float>([0.7f, 2f]));
        executor.Run();
        Assert.AreEqual(9, MemoryMarshal.Cast<byte, long>(executor.Output(0))[0]);
        CollectionAssert.AreEqual(new[] { 0.25f, 0.75f }, MemoryMarshal.Cast<byte, float>(executor.Output(1)).ToArray());
    }

    [TestMethod]
    public void LinearModelsScaleAndNormalize()
    {
        OnnxModels model = Ml().Input("x", 1, 2).Node("Scaler", ["x"], ["s"], Floats("offset", 1, 2), Floats("scale", 2, 3))
            .Node("LinearRegressor", ["s"], ["y"], Floats("coefficients", 1, 1), Floats("intercepts", 5), OnnxModels.Int("targets", 1)).Output("y");
        InDomain(model);
        Assert.AreEqual(4 + 6 + 5, Run(model, 3, 4)[0]);
        model = Ml().Input("x", 1, 2).Node("Normalizer", ["x"], ["y"], OnnxModels.Text("norm", "L2")).Output("y");
        InDomain(model);
        Assert.AreEqual(0.6f, Run(model, 3, 4)[0], 1e-6f);
        Assert.AreEqual(0f, Run(model, 0, 0)[0]);
    }

    [TestMethod]
    public void WhatIsNoTreeIsRefused()
    {
        OnnxModels cycle = Regressor(yes: [1, 0, 3, 0, 0]);
        Assert.AreEqual("EAI1103", Regressor(yes: [1, 0, 99, 0, 0]).Errors()[0].Code);
        Assert.AreEqual("EAI1103", Regressor(yes: [0, 0, 3, 0, 0]).Errors()[0].Code);
        Assert.IsNotEmpty(Regressor(yes: [2, 0, 2, 0, 0]).Errors());
        Assert.AreEqual(10f, Run(cycle, 0, 0)[0]);
    }

    /// <summary>x0 &lt;= 0.5: leaf 0; else x1 one of 2 and 4: leaf 1, with NaN too; else leaf 2.</summary>
    [TestMethod]
    [DataRow(0.5f, 5f, new float[] { 0, 10 })]
    [DataRow(0.7f, 4f, new float[] { 21, 0 })]
    [DataRow(0.7f, 2f, new float[] { 21, 0 })]
    [DataRow(0.7f, float.NaN, new float[] { 21, 0 })]
    [DataRow(0.7f, 3f, new float[] { 31, 0 })]
    public void LeavesInListsOfTheirOwnAreReached(float a, float b, float[] expected) => CollectionAssert.AreEqual(expected, Run(Ensemble(), a, b));

    [TestMethod]
    public void EnsemblesThatDoNotFitAreRefused()
    {
        Assert.Contains("is no tree", Ensemble(no: [1, 0], cyclic: true).Errors().Single().Message);
        Assert.Contains("There are 3", Ensemble(no: [1, 3]).Errors().Single().Message);
        Assert.Contains("fewer sets", Ensemble(members: []).Errors().Single().Message);
        Assert.Contains("post_transform is 5", Ensemble(transform: 5).Errors().Single().Message);
    }

    [TestMethod]
    public void ScoresAreTransformed()
    {
        float[] softmax = Run(Ensemble(transform: 1, weights: [1, 2, 3]), 0.7f, 3);
        Assert.AreEqual(1 / (1 + MathF.Exp(-3)), softmax[0], 1e-5f);
        CollectionAssert.AreEqual(new float[] { 1, 0 }, Run(Ensemble(transform: 3), 0.7f, 3));
        // The quantiles of the normal distribution.
        Assert.AreEqual(1.2816f, Run(Ensemble(transform: 4, weights: [1, 1, 0.9f]), 0.7f, 3)[0], 5e-3f);
        Assert.AreEqual(-1.2816f, Run(Ensemble(transform: 4, weights: [1, 1, 0.1f]), 0.7f, 3)[0], 5e-3f);
    }

    [TestMethod]
    public void TensorsMapLabels()
    {
        OnnxModels Encoder(TensorProto keys, TensorProto values, params AttributeProto[] more)
        {
            OnnxModels model = Ml().Input("x", 4).Node("LabelEncoder", ["x"], ["y"], [Of("keys_tensor", keys), Of("values_tensor", values), .. more]).Output("y");
            InDomain(model);
            return model;
        }

        // Of equal keys the last counts, and NaN is NaN.
        float[] made = Encoder(OnnxModels.Floats("k", [4], 1, float.NaN, 2, 2), OnnxModels.Floats("v", [4], 10, 20, 30, 40), Of("default_tensor", OnnxModels.Floats("d", [1], -5))).Run([1, float.NaN, 2, 3]);
        CollectionAssert.AreEqual(new float[] { 10, 20, 40, -5 }, made);
        var shorts = new TensorProto { DataType = (int)TensorProto.Types.DataType.Int16, Int32Data = { 7, 9 }, Dims = { 2 } };
        Graph graph = Encoder(OnnxModels.Floats("k", [2], 1, 2), shorts).Import();
        Assert.AreEqual(ElementType.Int16, graph.Outputs[0].Type);
        var texts = new TensorProto { DataType = (int)TensorProto.Types.DataType.String, StringData = { Google.Protobuf.ByteString.CopyFromUtf8("cat") }, Dims = { 1 } };
        Assert.Contains("its keys are texts ('cat', …)", Encoder(texts, OnnxModels.Floats("v", [1], 1)).Errors().Single().Message);
    }

    [TestMethod]
    public void MapsAndTextsAreTold()
    {
        OnnxModels model = Ml().Input("x", 1, 2).Node("LinearClassifier", ["x"], ["label", "scores"], Floats("coefficients", 1, 0, 0, 1), Floats("intercepts", 0, 0),
            Strings("classlabels_strings", "cat", "dog")).Node("ZipMap", ["scores"], ["map"], Strings("classlabels_strings", "cat", "dog")).Output("label").Output("map");
        InDomain(model);
        var told = new List<Diagnostic>();
        OnnxModels.Import(model.Bytes, diagnostics: told);
        CollectionAssert.AreEqual(new[] { "EAI1119", "EAI1120" }, told.Select(one => one.Code).Order(StringComparer.Ordinal).ToArray());
        Assert.Contains("0 is 'cat', 1 is 'dog'", told.Single(one => one.Code == "EAI1120").Message);
    }

    /// <summary>Texts are places in lists of their own: two of them cannot be compared.</summary>
    [TestMethod]
    public void TextsAreNotCompared()
    {
        var cat = new TensorProto { Name = "cat", DataType = (int)TensorProto.Types.DataType.String, StringData = { Google.Protobuf.ByteString.CopyFromUtf8("dog") }, Dims = { 1 } };
        OnnxModels model = Ml().Input("x", 1, 2).Initializer(cat).Node("LinearClassifier", ["x"], ["label", "scores"], Floats("coefficients", 1, 0, 0, 1), Floats("intercepts", 0, 0),
            Strings("classlabels_strings", "cat", "dog")).Node("Equal", ["label", "cat"], ["is"]).Output("is").Output("scores");
        model.Model.Graph.Node[0].Domain = "ai.onnx.ml";
        Diagnostic error = model.Errors().Single();
        Assert.AreEqual("EAI1103", error.Code);
        Assert.Contains("operand 0, 'label', holds texts", error.Message);
    }

    [TestMethod]
    public void PairsOfClassesGiveTheManagedShares()
    {
        var nodes = new List<Node>();
        foreach (int classes in (int[])[2, 3, 7])
        {
            nodes.Add(new Node($"coupling{classes}", "PairwiseCoupling", NoAttributes.Instance)
            {
                Inputs = [new Tensor($"x{classes}", ElementType.Float32, new Shape(5, classes * (classes - 1) / 2))],
            });
        }

        KernelHarness.Check(context, nodes, 20261129, source => 0.02f + (0.96f * (float)source.NextDouble()));
        Assert.ThrowsExactly<OperatorException>(() => new PairwiseCouplingOperator().Infer(new Node("wrong", "PairwiseCoupling", NoAttributes.Instance)
        {
            Inputs = [new Tensor("x", ElementType.Float32, new Shape(5, 4))],
        }));
    }

    [TestMethod]
    public void VectorsThatDoNotFitAreRefused()
    {
        OnnxModels Machine(int coefficients, string kernel)
        {
            OnnxModels model = Ml().Input("x", 1, 2).Node("SVMRegressor", ["x"], ["y"], Floats("coefficients", new float[coefficients]), Floats("rho", 0), Floats("support_vectors", 1, 2, 3, 4),
                OnnxModels.Int("n_supports", 2), OnnxModels.Text("kernel_type", kernel), Floats("kernel_params", 1, 0, 3)).Output("y");
            InDomain(model);
            return model;
        }

        OnnxModels many = Ml().Input("x", 1, 2).Node("SVMClassifier", ["x"], ["y", "z"], Floats("coefficients", 1, 2), Floats("rho", 0), Floats("support_vectors", 1, 2, 3, 4),
            OnnxModels.Ints("classlabels_ints", 0, 1), OnnxModels.Ints("vectors_per_class", int.MaxValue, int.MaxValue)).Output("y");
        InDomain(many);
        Assert.AreEqual("EAI1103", many.Errors().Single().Code);
        Machine(2, "RBF").Import();
        Assert.AreEqual("EAI1103", Machine(3, "RBF").Errors().Single().Code);
        Assert.Contains("RBF and SIGMOID", Machine(2, "WAVE").Errors().Single().Message);
    }

    /// <summary>x0 &lt;= 0.5: 10; else x1 &lt; 3, or NaN: 21; else 31.</summary>
    private static OnnxModels Regressor(long[]? yes = null)
    {
        OnnxModels model = Ml().Input("x", 1, 2).Node("TreeEnsembleRegressor", ["x"], ["y"],
            [.. Tree(yes), OnnxModels.Ints("target_treeids", 0, 0, 0), OnnxModels.Ints("target_nodeids", 1, 3, 4), OnnxModels.Ints("target_ids", 0, 0, 0),
                Floats("target_weights", 10, 21, 31), OnnxModels.Int("n_targets", 1)]).Output("y");
        InDomain(model);
        return model;
    }

    private static OnnxModels Ensemble(long[]? no = null, float[]? members = null, long transform = 0, float[]? weights = null, bool cyclic = false)
    {
        var modes = new TensorProto { DataType = (int)TensorProto.Types.DataType.Uint8, Int32Data = { 0, 6 }, Dims = { 2 } };
        members ??= [2, 4, float.NaN];
        OnnxModels model = Ml().Input("x", 1, 2).Node("TreeEnsemble", ["x"], ["y"],
            OnnxModels.Ints("nodes_featureids", 0, 1), Of("nodes_modes", modes), Of("nodes_splits", OnnxModels.Floats("s", [2], 0.5f, 0)),
            OnnxModels.Ints("nodes_missing_value_tracks_true", 0, 1), OnnxModels.Ints("nodes_truenodeids", 0, 1), OnnxModels.Ints("nodes_trueleafs", 1, 1),
            OnnxModels.Ints("nodes_falsenodeids", no ?? [1, 2]), OnnxModels.Ints("nodes_falseleafs", 0, cyclic ? 0 : 1), OnnxModels.Ints("leaf_targetids", 1, 0, 0),
            Of("leaf_weights", OnnxModels.Floats("w", [3], weights ?? [10, 21, 31])), Of("membership_values", OnnxModels.Floats("m", [members.Length], members)),
            OnnxModels.Ints("tree_roots", 0), OnnxModels.Int("n_targets", 2), OnnxModels.Int("post_transform", transform)).Output("y");
        InDomain(model);
        return model;
    }

    private static AttributeProto Of(string name, TensorProto tensor) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Tensor, T = tensor };

    private static AttributeProto[] Tree(long[]? yes = null) =>
    [
        OnnxModels.Ints("nodes_treeids", 0, 0, 0, 0, 0), OnnxModels.Ints("nodes_nodeids", 0, 1, 2, 3, 4), OnnxModels.Ints("nodes_featureids", 0, 0, 1, 0, 0),
        OnnxModels.Ints("nodes_truenodeids", yes ?? [1, 0, 3, 0, 0]), OnnxModels.Ints("nodes_falsenodeids", 2, 0, 4, 0, 0),
        OnnxModels.Ints("nodes_missing_value_tracks_true", 0, 0, 1, 0, 0), Floats("nodes_values", 0.5f, 0, 3, 0, 0), Modes("BRANCH_LEQ", "LEAF", "BRANCH_LT", "LEAF", "LEAF"),
    ];

    private static Node Forest(Random random, TreeAggregation aggregation)
    {
        const int trees = 4;
        var nodes = new List<int>();
        var roots = new List<int>();
        for (int tree = 0; tree < trees; tree++)
        {
            int at = nodes.Count / 5;
            roots.Add(at);
            for (int i = 0; i < 15; i++)
            {
                nodes.AddRange(i < 7
                    ? [random.Next(4), random.Next(6), at + (i * 2) + 1, at + (i * 2) + 2, random.Next(2)]
                    : [random.Next(20), (int)TreeBranch.Leaf, random.Next(4), 0, 0]);
            }
        }

        int count = nodes.Count / 5;
        return new Node($"{aggregation}", "TreeEnsemble", new TreeEnsembleAttributes(3, aggregation))
        {
            Inputs =
            [
                new Tensor("x", ElementType.Float32, new Shape(9, 4)), Tensor.FromValues<int>("nodes", ElementType.Int32, new Shape(count, 5), [.. nodes]),
                Numbers("values", [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-2, 3))]),
                Tensor.FromValues<int>("targets", ElementType.Int32, new Shape(24), [.. Enumerable.Range(0, 24).Select(_ => random.Next(3))]),
                Numbers("weights", [.. Enumerable.Range(0, 24).Select(_ => random.NextSingle() - 0.5f)]),
                Tensor.FromValues<int>("roots", ElementType.Int32, new Shape(trees), [.. roots]), Numbers("base", [1, 2, 3]),
            ],
        };
    }

    private static Tensor Numbers(string name, float[] values) => Tensor.FromValues<float>(name, ElementType.Float32, new Shape(values.Length), values);

    private static OnnxModels Ml()
    {
        var model = new OnnxModels();
        model.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 });
        return model;
    }

    private static void InDomain(OnnxModels model)
    {
        foreach (NodeProto node in model.Model.Graph.Node)
        {
            node.Domain = "ai.onnx.ml";
        }
    }

    private static AttributeProto Floats(string name, params float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
        attribute.Floats.AddRange(values);
        return attribute;
    }

    private static AttributeProto Modes(params string[] values) => Strings("nodes_modes", values);

    private static AttributeProto Strings(string name, params string[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.AddRange(values.Select(Google.Protobuf.ByteString.CopyFromUtf8));
        return attribute;
    }

    private static float[] Run(OnnxModels model, params float[] row)
    {
        var executor = new GraphExecutor(OnnxModels.Import(model.Bytes));
        executor.SetInput(0, MemoryMarshal.AsBytes<float>(row));
        executor.Run();
        return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }
}
