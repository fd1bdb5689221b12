using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Tests.Emission;

namespace EdgeAI.Compiler.Tests.Import;

/// <summary>Models with the numbers that the library computes from which they come: tests/Assets/origins, written by the scripts there.</summary>
[TestClass]
public sealed class OriginTests(TestContext context)
{
    private const double Tolerance = 1e-5;

    /// <summary>Those that stand for their kind in generated C, which takes a while to compile.</summary>
    private static readonly string[] InC = ["torch_while.onnx", "torch_while_if.onnx", "svc_poly_4_shares.onnx", "svr_rbf.onnx", "lookups.onnx"];

    public static IEnumerable<object[]> Models => Directory.GetFiles(Folder())
        .Where(file => Path.GetExtension(file) is ".onnx" or ".tflite").Select(Path.GetFileName).Order(StringComparer.Ordinal).Select(name => new object[] { name! });

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void The_numbers_are_those_of_the_origin(string name)
    {
        string file = Path.Combine(Folder(), name);
        Graph graph = ImportStage.Run(
            new("origin", name, File.ReadAllBytes(file), ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None).Graph;
        string data = Path.Combine(Folder(), Path.ChangeExtension(name, ".test"));
        IReadOnlyList<TestCase> cases = SampleReader.Read("TestData", data, name, [.. graph.Inputs], [.. graph.Outputs]);
        var executor = new GraphExecutor(graph);
        for (int number = 0; number < cases.Count; number++)
        {
            byte[][] inputs = [.. cases[number].Inputs.Select(bytes => bytes.ToArray())];
            for (int i = 0; i < inputs.Length; i++)
            {
                executor.SetInput(i, inputs[i]);
            }

            executor.Run();
            Assert.HasCount(graph.Outputs.Count, cases[number].ExpectedOutputs);
            for (int i = 0; i < graph.Outputs.Count; i++)
            {
                ExpectedOutput expected = cases[number].ExpectedOutputs[i]!;
                Same(graph.Outputs[i], new(expected.Type, expected.Shape, expected.Bytes), executor.Output(i), $"case {number}, output {i}");
            }

            if (number == cases.Count / 2 && InC.Contains(name))
            {
                GeneratedC.Check(context, graph, executor, inputs);
            }
        }
    }

    /// <summary>Integers exactly, floats within the range of the expected ones.</summary>
    private static void Same(Tensor output, NumericArray expected, ReadOnlySpan<byte> actual, string where)
    {
        if (expected.Type == output.Type && !output.Type.IsFloat())
        {
            Assert.IsTrue(expected.Bytes.Span.SequenceEqual(actual), where);
            return;
        }

        double[] values = BorderValues.Decode(actual, output, []);
        double range = Enumerable.Range(0, values.Length).Max(i => Math.Abs(expected.ValueAt(i)));
        for (int i = 0; i < values.Length; i++)
        {
            Assert.AreEqual(expected.ValueAt(i), values[i], (Tolerance * range) + 1e-12, $"{where}, element {i}");
        }
    }

    internal static string Folder()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "EdgeAI.Sdk.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, "tests", "Assets", "origins");
    }
}
