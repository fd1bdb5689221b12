using System.Text.Json;

namespace BuildTests;

/// <summary>Two models on a board with two memories: the library, the reports, and what cannot be.</summary>
[TestClass]
public sealed class MemoryTests
{
    private const string Board = """
        { "name": "two-banks", "core": "cortex-m4", "clockMhz": 80,
          "regions": [
            { "name": "flash", "origin": "0x08000000", "sizeBytes": 1048576, "waitStates": 4, "holds": ["code", "weights"] },
            { "name": "fast", "origin": "0x10000000", "sizeBytes": FAST, "holds": ["arena"] },
            { "name": "slow", "origin": "0x20000000", "sizeBytes": 65536, "waitStates": 9, "holds": ["arena", "stack"] } ] }
        """;

    [TestMethod]
    public void Two_models_are_placed_over_two_memories()
    {
        BuildProject project = Project("", "160");
        project.Build().Succeeded();
        string folder = Path.Combine(project.Output, "firmware", "two-banks");
        foreach (string file in new[] { "edgeai_memory.h", "edgeai_memory.ld", "edgeai_sections.ld" })
        {
            Assert.IsTrue(File.Exists(Path.Combine(folder, file)), file);
        }

        string header = File.ReadAllText(Path.Combine(folder, "edgeai_firmware.h"));
        StringAssert.Contains(header, "edgeai_firmware_arena_slow");
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(Path.Combine(project.Output, "report", "conv.two-banks.json")));
        JsonElement memory = report.RootElement.GetProperty("memory");
        JsonElement[] regions = [.. memory.GetProperty("regions").EnumerateArray()];
        Assert.IsGreaterThan(1, regions.Length);
        Assert.AreEqual(memory.GetProperty("arenaBytes").GetInt64(), regions.Sum(region => region.GetProperty("bytes").GetInt64()));
    }

    [TestMethod]
    public void Memories_and_exclusions_that_cannot_be_are_coded_errors()
    {
        Project("", "300000000").Build().Failed().Diagnostic("EAI9103", "'fast'");
        Project("", "160, \"alignment\": 24").Build().Failed().Diagnostic("EAI9104", "24");
        Project("", "8").Build().Failed().Diagnostic("EAI9105", "at least 16");
        BuildOutcome contradiction = Project("""
            <ItemGroup>
              <EdgeAIModel Update="models/conv.onnx" ExclusiveWith="dense" />
              <EdgeAIModel Update="models/dense.onnx" ExclusiveWith="third" />
              <EdgeAIModel Update="models/third.onnx" ExclusiveWith="dense" />
            </ItemGroup>
            """, "160").Build().Failed();
        contradiction.Diagnostic("EAI9014", "'dense', whose own ExclusiveWith (third) leaves 'conv' out");
        Assert.AreEqual("App.csproj", contradiction.Diagnostic("EAI9014", "conv").File);
    }

    private static BuildProject Project(string items, string fastBytes)
    {
        var project = new BuildProject("banks", BuildProject.WithPackage($"<ItemGroup><EdgeAITarget Include=\"two-banks.target.json\" /></ItemGroup>{items}"));
        project.Write("two-banks.target.json", Board.Replace("FAST", fastBytes, StringComparison.Ordinal));
        project.Asset("tiny-conv.onnx", "models/conv.onnx");
        project.Asset("tiny-dense.onnx", "models/dense.onnx");
        if (items.Length > 0)
        {
            project.Asset("tiny-dense.onnx", "models/third.onnx");
        }

        return project;
    }
}
