using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Transposes that are left at run time: where they stand, and that convolutional networks have none inside.</summary>
[TestClass]
public sealed class RuntimeTransposeTests
{
    private const long LargestFile = 4_000_000;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public void Each_is_told_with_its_place_and_bytes()
    {
        var builder = new Passes.GraphBuilder();
        Tensor x = builder.Input(1, 2, 3, 4);
        Tensor first = builder.Conv(builder.Transpose(builder.Relu(x), Passes.GraphBuilder.ToChannelsLast), 3);
        Tensor second = builder.Conv(builder.Transpose(first, 0, 2, 1, 3), 2);
        builder.Graph.Outputs.Add(builder.Relu(builder.Transpose(second, Passes.GraphBuilder.ToChannelsFirst)));
        Graph graph = builder.Graph;
        RuntimeTranspose[] all = [.. RuntimeTranspose.Of(graph, MemoryPlanner.Plan(graph))];
        CollectionAssert.AreEqual(
            new[] { (TransposePlace.Input, 96L), (TransposePlace.Inside, 144L), (TransposePlace.Output, 96L) }, all.Select(one => (one.Place, one.Bytes)).ToArray());
        Assert.AreEqual(x.Name, all[0].From);
        Assert.HasCount(1, RuntimeTranspose.Of(graph, new HashSet<int> { all[0].NodeIndex, all[1].NodeIndex }));
    }

    [TestMethod]
    public void Convolutional_networks_have_none_inside()
    {
        string root = Environment.GetEnvironmentVariable("EDGEAI_CONFORMANCE") ?? Path.Combine(Path.GetDirectoryName(Repository())!, "shared", "conformance");
        int networks = 0;
        foreach (string file in new[] { "onnx", "torch", "quantization", "tflite" }.Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".onnx" or ".tflite" && new FileInfo(file).Length < LargestFile).Order(StringComparer.Ordinal))
        {
            if (Import(file) is not { } graph || !graph.Nodes.Any(node => node.Operator.Contains("Conv", StringComparison.Ordinal))
                || graph.Nodes.Any(node => node.Operator == "MatMul"))
            {
                continue;
            }

            networks++;
            string[] inside = [.. RuntimeTranspose.Of(graph, new HashSet<int>()).Where(one => one.Place == TransposePlace.Inside).Select(one => $"{one.From} to {one.To}")];
            Assert.IsEmpty(inside, $"{file}: {string.Join(", ", inside)}");
        }

        TestContext.WriteLine($"{networks} convolutional networks");
    }

    private static Graph? Import(string file)
    {
        try
        {
            var request = new ImportRequest("model", Path.GetFileName(file), File.ReadAllBytes(file), ImmutableSortedDictionary<string, Shape>.Empty, relative =>
                Path.Combine(Path.GetDirectoryName(file)!, relative) is var beside && File.Exists(beside) ? File.ReadAllBytes(beside) : null);
            return ImportStage.Run(request, [], CancellationToken.None).Graph;
        }
        catch (Compiler.Diagnostics.DiagnosticException)
        {
            // A file that import refuses is another test's.
            return null;
        }
    }

    private static string Repository()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "EdgeAI.Sdk.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
