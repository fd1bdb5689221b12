using System.Collections.Immutable;
using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Reporting.Tests;

/// <summary>Transposes that run on the device stand in every report with the bytes they move, and in a note.</summary>
[TestClass]
public sealed class TransposeTests
{
    [TestMethod]
    public void Each_document_lists_them()
    {
        Graph graph = Samples.Graph();
        Tensor features = graph.Nodes[1].Output;
        var turned = new Tensor("turned", features.Type, new Shape(1, 4, 8, 8)) { Quantization = features.Quantization };
        graph.Nodes.Insert(2, new Node("turn", "Transpose", new TransposeAttributes([0, 3, 1, 2])) { Inputs = [features], Outputs = [turned] });
        graph.Nodes[3].Inputs[0] = turned;
        (ImmutableDictionary<string, string> files, IReadOnlyList<Diagnostic> found) = Samples.Run(Samples.Request(Samples.Model(graph: graph)));
        using JsonDocument json = JsonDocument.Parse(files["tiny.board.json"]);
        Assert.AreEqual(
            """[{"name":"turn","from":"conv1/Conv2D","to":"fc","place":"inside","bytes":256,"instructions":null}]""",
            JsonSerializer.Serialize(json.RootElement.GetProperty("transposes")));
        Diagnostic note = found.Single(diagnostic => diagnostic.Code == "EAI3112");
        Assert.AreEqual(Severity.Note, note.Severity);
        Assert.Contains("moves 256 bytes at each run to change the order of axes: 'conv1/Conv2D' to 'fc' (inside, 256 bytes)", note.Message);
        Assert.Contains("Transposes of tiny on board at each run: 'conv1/Conv2D' to 'fc' (inside, 256 bytes).", files["report.md"]);
        Assert.Contains("1 transpose at each run, 256 B moved", files["index.html"]);
    }

    [TestMethod]
    public void A_model_without_any_says_so()
    {
        (ImmutableDictionary<string, string> files, IReadOnlyList<Diagnostic> found) = Samples.Run(Samples.Request(Samples.Model()));
        using JsonDocument json = JsonDocument.Parse(files["tiny.board.json"]);
        Assert.AreEqual(0, json.RootElement.GetProperty("transposes").GetArrayLength());
        Assert.IsFalse(found.Any(diagnostic => diagnostic.Code == "EAI3112"));
        Assert.DoesNotContain("Transposes", files["report.md"]);
        Assert.Contains("None runs: every value is kept", files["index.html"]);
    }
}
