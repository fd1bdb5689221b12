using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Tabular;
using EdgeAI.Compiler.Tests.Import.Onnx;

namespace EdgeAI.Compiler.Tests.Operators.Tabular;

/// <summary>TfIdfVectorizer over integers: managed against C, against counts by hand, and pools that do not fit.</summary>
[TestClass]
public sealed class NgramTests(TestContext context)
{
    [TestMethod]
    public void CKernelsCountAsTheManagedReference()
    {
        // 1, 2, 3; 1 2, 1 3, 3 3; 1 2 3. The contents hold what is in no n-gram too.
        var nodes = new List<Node>();
        foreach (ElementType type in (ElementType[])[ElementType.Int32, ElementType.Int64])
        {
            foreach (NgramAttributes attributes in (NgramAttributes[])[new(1, 3, 0, false), new(1, 1, 4, false), new(2, 3, 2, true), new(1, 2, 99, false)])
            {
                nodes.Add(Node(new Tensor($"x{nodes.Count}", type, new Shape(2, 9)) { Constant = Elements(type, 18) }, attributes));
                nodes.Add(Node(new Tensor($"x{nodes.Count}", type, new Shape(7)) { Constant = Elements(type, 7) }, attributes));
            }
        }

        KernelHarness.Check(context, nodes, 20261128, exactFloats: true);
    }

    [TestMethod]
    [DataRow("TF", 0, new float[] { 2, 1, 0 })]
    [DataRow("TF", 1, new float[] { 2, 2, 1 })]
    [DataRow("TFIDF", 1, new float[] { 20, 40, 30 })]
    [DataRow("IDF", 1, new float[] { 10, 20, 30 })]
    public void NgramsAreCountedAndWeighed(string mode, int skips, float[] expected) =>
        CollectionAssert.AreEqual(expected, Run(Model(mode, skips), 5, 7, 5, 8, 7));

    [TestMethod]
    public void PoolsThatDoNotFitAreRefused()
    {
        Assert.Contains("2-grams from 1 to 6", Model("TF", 0, counts: [0, 1]).Errors().Single().Message);
        Assert.AreEqual("EAI1103", Model("WORDS", 0).Errors().Single().Code);
        OnnxModels texts = new OnnxModels(9).Input("x", TensorProto.Types.DataType.Int64, 5).Node("TfIdfVectorizer", ["x"], ["y"], Texts("pool_strings", "cat")).Output("y");
        Assert.Contains("'cat'", texts.Errors().Single().Message);
    }

    [TestMethod]
    public void LinksThatLeaveTheTreeAreRefused()
    {
        Node node = Node(new Tensor("x", ElementType.Int32, new Shape(7)), new NgramAttributes(1, 3, 0, false));
        node.Inputs[2] = Tensor.FromValues<int>("links", ElementType.Int32, new Shape(9, 3), [1, 8, -1, .. new int[24]]);
        Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node));
    }

    /// <summary>The 1-gram 5 and the 2-grams (5 7) and (7 8), with the scores 0 to 2.</summary>
    private static OnnxModels Model(string mode, int skips, long[]? counts = null) => new OnnxModels(9)
        .Input("x", TensorProto.Types.DataType.Int64, 5)
        .Node("TfIdfVectorizer", ["x"], ["y"], OnnxModels.Text("mode", mode), OnnxModels.Int("min_gram_length", 1), OnnxModels.Int("max_gram_length", 2),
            OnnxModels.Int("max_skip_count", skips), OnnxModels.Ints("ngram_counts", counts ?? [0, 2]), OnnxModels.Ints("ngram_indexes", 0, 3, 1, 2),
            OnnxModels.Ints("pool_int64s", 5, 99, 5, 7, 7, 8), Weights(10, 20, 30, 40)).Output("y");

    private static float[] Run(OnnxModels model, params long[] x)
    {
        var executor = new GraphExecutor(model.Import());
        executor.SetInput(0, MemoryMarshal.AsBytes<long>(x));
        executor.Run();
        return MemoryMarshal.Cast<byte, float>(executor.Output(0))[..3].ToArray();
    }

    private static Node Node(Tensor x, NgramAttributes attributes) => new($"n{x.Name}{attributes}", "Ngrams", attributes)
    {
        Inputs =
        [
            x, Tensor.FromValues<long>("values", ElementType.Int64, new Shape(7), [1, 2, 3, 2, 3, 3, 3]),
            Tensor.FromValues<int>("links", ElementType.Int32, new Shape(8, 3), [0, 3, -1, 3, 2, 0, 7, 0, 1, 5, 1, 2, 6, 1, 3, 7, 0, 4, 7, 0, 5, 7, 0, 6]),
            Tensor.FromValues<float>("weights", ElementType.Float32, new Shape(7), [1, 2, 0.5f, 4, 5, 6, 7]),
        ],
    };

    private static ReadOnlyMemory<byte> Elements(ElementType type, int count)
    {
        var random = new Random(count);
        long[] elements = [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(0, 5))];
        return type == ElementType.Int64 ? MemoryMarshal.AsBytes<long>(elements).ToArray() : MemoryMarshal.AsBytes<int>([.. elements.Select(element => (int)element)]).ToArray();
    }

    private static AttributeProto Weights(params float[] values)
    {
        var attribute = new AttributeProto { Name = "weights", Type = AttributeProto.Types.AttributeType.Floats };
        attribute.Floats.AddRange(values);
        return attribute;
    }

    private static AttributeProto Texts(string name, params string[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.AddRange(values.Select(Google.Protobuf.ByteString.CopyFromUtf8));
        return attribute;
    }
}
