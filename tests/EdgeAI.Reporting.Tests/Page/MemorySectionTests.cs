using System.Collections.Immutable;
using System.Text.Json;
using System.Xml.Linq;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Settings;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Tests.Page;

/// <summary>What the page and the JSON tell of an arena: peak, certificate, remedies, frontier, and a plan that breaks its budget.</summary>
[TestClass]
public sealed class MemorySectionTests
{
    [TestMethod]
    public void Frontier_stands_in_both_with_its_costs_and_this_build_marked()
    {
        ReportedModel model = Streamed();
        (JsonElement memory, XElement page) = Read(model);
        PlanPoint[] points = [.. model.Planned.Plan.Frontier];
        JsonElement[] told = [.. memory.GetProperty("frontier").EnumerateArray()];
        Assert.HasCount(points.Length, told);
        XElement[] rows = [.. page.Descendants("table").Single(table => table.Attribute("class")!.Value.Contains("frontier", StringComparison.Ordinal)).Descendants("tr").Skip(1)];
        Assert.HasCount(points.Length, rows);
        PlanPoint own = PlanPoint.Of(model.Planned.Quantized.Graph, model.Planned.Plan);
        Assert.AreEqual(model.Planned.Plan.ArenaBytes, own.ArenaBytes);
        for (int i = 0; i < points.Length; i++)
        {
            Assert.AreEqual(points[i].ArenaBytes, told[i].GetProperty("arenaBytes").GetInt64());
            Assert.AreEqual(0, told[i].GetProperty("extraMacs").GetInt64());
            Assert.AreEqual(points[i].MovedBytes, told[i].GetProperty("movedBytes").GetInt64());
            Assert.AreEqual(points[i].Steps, told[i].GetProperty("steps").GetInt32());
            Assert.AreEqual(points[i] == own, told[i].GetProperty("chosen").GetBoolean());
            string[] cells = [.. rows[i].Elements("td").Select(cell => cell.Value)];
            CollectionAssert.AreEqual(
                new[]
                {
                    Numbers.Bytes(points[i].ArenaBytes), "0", Numbers.Count(points[i].MovedBytes), Numbers.Count(points[i].Steps),
                    points[i] == own ? "this build" : $"SramBudget=\"{points[i].ArenaBytes + 1088}\"",
                },
                cells);
        }

        Assert.AreEqual(1, told.Count(point => point.GetProperty("chosen").GetBoolean()));
    }

    [TestMethod]
    public void Rows_that_are_held_are_what_counts()
    {
        ReportedModel model = Streamed();
        (JsonElement memory, XElement page) = Read(model);
        var use = ArenaUse.Of(model.Planned.Quantized.Graph, model.Planned.Plan);
        JsonElement peak = memory.GetProperty("peak");
        Assert.AreEqual(use.TakenAt(use.Peak), peak.GetProperty("bytes").GetInt64());
        Assert.AreEqual(use.NodeAt(use.Peak), peak.GetProperty("step").GetInt32());
        Assert.AreEqual(use.RowsAt(use.Peak)!.Value.First, peak.GetProperty("firstRow").GetInt32());
        Assert.AreEqual(use.TakenAt(use.Peak), peak.GetProperty("buffers").EnumerateArray().Sum(buffer => buffer.GetProperty("bytes").GetInt64()));
        StringAssert.Contains(page.Value, $"at {(use.RowsAt(use.Peak) is var (first, end) && end - first == 1 ? "row " + first : "rows")}");

        // A buffer held by rows is drawn as the outline of its rows; none is drawn beyond the arena.
        XElement picture = page.Descendants("svg").Single(svg => svg.Attribute("role")?.Value == "img");
        Assert.IsNotEmpty(picture.Elements("path"));
        Assert.IsTrue(picture.Elements("path").All(path => path.Element("title")!.Value.EndsWith(", by rows", StringComparison.Ordinal)));
        Assert.AreEqual("rows", memory.GetProperty("certificate").GetProperty("bound").GetString());
    }

    [TestMethod]
    public void Certificate_tells_bound_gap_and_proof()
    {
        ReportedModel model = Samples.Model();
        (JsonElement memory, XElement page) = Read(model);
        JsonElement certificate = memory.GetProperty("certificate");
        Assert.AreEqual("overlap", certificate.GetProperty("bound").GetString());
        Assert.AreEqual((320, 0, true), (certificate.GetProperty("boundBytes").GetInt32(), certificate.GetProperty("gapBytes").GetInt32(), certificate.GetProperty("proven").GetBoolean()));
        StringAssert.Contains(page.Value, certificate.GetProperty("text").GetString());

        (memory, page) = Read(model with { Planned = model.Planned with { Plan = model.Planned.Plan with { ArenaBytes = 400, Optimal = false } } });
        certificate = memory.GetProperty("certificate");
        Assert.AreEqual((320, 80, false), (certificate.GetProperty("boundBytes").GetInt32(), certificate.GetProperty("gapBytes").GetInt32(), certificate.GetProperty("proven").GetBoolean()));
        StringAssert.Contains(page.Value, "a gap of 80 B (25 %)");
        StringAssert.Contains(page.Value, "not proven");
    }

    [TestMethod]
    public void Remedies_name_the_exact_setting()
    {
        ReportedModel model = Images(null);
        PlanPoint[] points = [.. model.Planned.Plan.Frontier];
        (JsonElement memory, XElement page) = Read(model);
        JsonElement[] remedies = [.. memory.GetProperty("remedies").EnumerateArray()];
        Assert.IsNotEmpty(remedies);
        foreach (JsonElement remedy in remedies)
        {
            Assert.AreEqual("rows", remedy.GetProperty("kind").GetString());
            string setting = remedy.GetProperty("setting").GetString()!;
            long budget = long.Parse(setting["SramBudget=\"".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
            Assert.AreEqual(remedy.GetProperty("arenaBytes").GetInt64(), Images(budget).Planned.Plan.ArenaBytes, "the setting does what it says");
            StringAssert.Contains(page.Value, setting);
        }

        Assert.AreEqual(points[^1].ArenaBytes, remedies[^1].GetProperty("arenaBytes").GetInt64(), "the smallest reachable is told");
        (memory, page) = Read(Samples.Model(graph: Samples.Graph(channels: 2)));
        Assert.AreEqual("InputType=\"Quantized\" and OutputType=\"Quantized\"", memory.GetProperty("remedies")[0].GetProperty("setting").GetString());
    }

    [TestMethod]
    public void A_plan_past_its_budget_is_shown_and_said_once()
    {
        const long Budget = 100;
        var settings = new ModelSettings { Name = "images", Budgets = Budgets.None with { SramBytes = Budget, MinAccuracy = 0.9 } };
        PlanOutcome outcome = PlanStage.Reach(Quantized(), Samples.Target(), settings, new(Budget, null), CancellationToken.None);
        ReportRequest request = Samples.Request(
            new ReportedModel(outcome.Planned, SimulateStage.NotRun("the plan breaks a limit"), settings, [.. outcome.Broken])) with
        {
            TargetBudgets = ImmutableSortedDictionary<string, Budgets>.Empty.Add("board", Budgets.None with { SramBytes = Budget }),
        };
        (ImmutableDictionary<string, string> files, IReadOnlyList<Diagnostic> found) = Samples.Run(request);
        Assert.IsEmpty(found, string.Join('\n', found));
        JsonElement root = JsonDocument.Parse(files["images.board.json"]).RootElement;
        JsonElement budget = root.GetProperty("budgets")[0];
        Assert.AreEqual(("SramBudget", "broken"), (budget.GetProperty("name").GetString(), budget.GetProperty("verdict").GetString()));
        Assert.AreEqual(outcome.Planned.Plan.ArenaBytes, budget.GetProperty("figure").GetInt64());
        Assert.AreEqual("notMeasured", root.GetProperty("budgets")[1].GetProperty("verdict").GetString());
        Assert.AreEqual(2, root.GetProperty("diagnostics").EnumerateArray().Count(told => told.GetProperty("code").GetString() == "EAI3001"));
        XElement page = XDocument.Parse(files["index.html"].Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!;
        StringAssert.Contains(page.Value, "2 of 3 budgets are broken: SramBudget of images on board, SramBudget of board.");
        StringAssert.Contains(page.Value, "did not run: the plan breaks a limit");
        Assert.AreEqual(1, page.Descendants("line").Count(line => line.Attribute("class")?.Value == "budget"));
        StringAssert.Contains(files["report.md"], "EAI3001");
    }

    [TestMethod]
    public void Copies_of_weights_are_told()
    {
        ReportedModel model = Samples.Model();
        MemoryPlan plan = model.Planned.Plan with
        {
            Regions = [new("ram", 0, 320, 16)],
            WeightCopies = [new(1, 0, 256, 36)],
        };
        (JsonElement memory, XElement page) = Read(model with { Planned = model.Planned with { Plan = plan } });
        Assert.AreEqual(36, memory.GetProperty("weightCopies")[0].GetProperty("bytes").GetInt32());
        StringAssert.Contains(page.Value, "1 layer copies 36 B into bytes of the arena");
        StringAssert.Contains(page.Value, "1: conv1/Conv2D");
    }

    private static ReportedModel Streamed()
    {
        ReportedModel whole = Images(null);
        ReportedModel half = Images(whole.Planned.Plan.ArenaBytes / 2);
        Assert.IsNotEmpty(half.Planned.Plan.Streams);
        return half;
    }

    private static ReportedModel Images(long? budget)
    {
        var settings = new ModelSettings { Name = "images", Budgets = Budgets.None with { SramBytes = budget } };
        return new(PlanStage.Run(Quantized(), Samples.Target(), settings, [], CancellationToken.None), Samples.Measured, settings, []);
    }

    /// <summary>Three layers over a tall float image, of which a row is a small part.</summary>
    private static QuantizedModel Quantized()
    {
        var graph = new Graph { Name = "images" };
        Tensor x = new("x", ElementType.Float32, new Shape(1, 64, 16, 2));
        graph.Inputs.Add(x);
        foreach ((string name, int channels, int extent) in new[] { ("a", 8, 3), ("b", 24, 1), ("c", 1, 3) })
        {
            Tensor weights = Tensor.FromValues<float>(
                name + ":w", ElementType.Float32, new Shape(channels, extent, extent, x.Shape[3]), new float[channels * extent * extent * x.Shape[3]]);
            Tensor made = new(name, ElementType.Float32, new Shape(1, 64, 16, channels));
            int pad = extent / 2;
            graph.Nodes.Add(new Node(name, "Conv2D", new Conv2DAttributes(1, 1, 1, 1, pad, pad, pad, pad, 1, Clamp.None)) { Inputs = [x, weights, null], Outputs = [made] });
            x = made;
        }

        graph.Outputs.Add(x);
        return new(graph, new("models/images.onnx", new string('b', 64), "onnx"), "Float32", true, 0, new([[]], [[]]));
    }

    private static (JsonElement Memory, XElement Page) Read(ReportedModel model)
    {
        ImmutableDictionary<string, string> files = Samples.Run(Samples.Request(model)).Files;
        string json = files.Single(file => file.Key.EndsWith(".json", StringComparison.Ordinal)).Value;
        return (JsonDocument.Parse(json).RootElement.GetProperty("memory"),
            XDocument.Parse(files["index.html"].Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!);
    }
}
