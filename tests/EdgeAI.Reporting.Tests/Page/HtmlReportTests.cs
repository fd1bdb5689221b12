using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Tests.Page;

/// <summary>The page is well-formed, needs nothing but itself, and no name becomes markup.</summary>
[TestClass]
public sealed class HtmlReportTests
{
    private const string Hostile = "</title><script>alert('1')</script>&\"\u0000\u202E\uD800;--> ]]>";

    [TestMethod]
    public void Page_is_well_formed_and_self_contained()
    {
        string page = Samples.Run(Everything()).Files["index.html"];
        XDocument document = Parse(page);
        string[] names = [.. document.Descendants().Select(element => element.Name.LocalName).Distinct()];
        foreach (string forbidden in new[] { "script", "link", "img", "iframe", "object", "embed", "base" })
        {
            CollectionAssert.DoesNotContain(names, forbidden);
        }

        Assert.IsFalse(Regex.IsMatch(page, "(src|href)=\"(https?:|//|file:|/)"), "an outside resource");
        Assert.IsFalse(page.Contains("url(", StringComparison.Ordinal) || page.Contains("@import", StringComparison.Ordinal));
        Assert.IsFalse(Regex.IsMatch(page, "\\son[a-z]+=\""), "an event handler");
        CollectionAssert.Contains(names, "svg");
        StringAssert.Contains(page, "prefers-color-scheme:dark");
        StringAssert.Contains(page, "width=device-width");
    }

    [TestMethod]
    public void Types_by_layer_stand_in_the_page_and_in_the_figures()
    {
        ImmutableDictionary<string, string> files = Samples.Run(Samples.Request(Samples.WithTypes())).Files;
        XDocument page = Parse(files["index.html"]);
        XElement table = page.Descendants().Single(element => element.Name.LocalName == "table" && (string?)element.Attribute("class") == "stack types");
        StringAssert.Contains(table.Value, "int16");
        StringAssert.Contains(table.Value, "30.0");
        StringAssert.Contains(table.Value, "50.0");
        StringAssert.Contains(table.Value, "10.0");
        StringAssert.Contains(table.Value, "int8, int4 weights");
        StringAssert.Contains(page.Root!.Value, "Flash is estimated at 54,321 bytes.");
        StringAssert.Contains(page.Root!.Value, "an SQNR of at least 30 dB <b>");
        using JsonDocument json = JsonDocument.Parse(files.Single(file => file.Key.EndsWith(".json", StringComparison.Ordinal)).Value);
        JsonElement types = json.RootElement.GetProperty("quantization").GetProperty("types");
        Assert.IsTrue(types.GetProperty("kept").GetBoolean());
        JsonElement layer = types.GetProperty("layers")[0];
        Assert.AreEqual("int16", layer.GetProperty("type").GetString());
        Assert.AreEqual(30, layer.GetProperty("int8SqnrDb").GetDouble(), 1e-9);
        Assert.AreEqual(1500, layer.GetProperty("int16Instructions").GetInt64());
        Assert.IsFalse(layer.GetProperty("int4Weights").GetBoolean());
        Assert.AreEqual(10, layer.GetProperty("int4WeightsSqnrDb").GetDouble(), 1e-9);
        Assert.AreEqual(JsonValueKind.Null, layer.GetProperty("int4WeightsInstructions").ValueKind);
        JsonElement narrow = types.GetProperty("layers")[1];
        Assert.AreEqual("int8", narrow.GetProperty("type").GetString());
        Assert.IsTrue(narrow.GetProperty("int4Weights").GetBoolean());
        Assert.AreEqual(620, narrow.GetProperty("int4WeightsInstructions").GetInt64());
        Assert.AreEqual(54_321, types.GetProperty("estimatedFlashBytes").GetInt64());
        Assert.IsFalse(Samples.Run(Samples.Request(Samples.Model())).Files["index.html"].Contains("Types by layer", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Repairs_of_layers_stand_in_the_page_and_in_the_figures()
    {
        ImmutableDictionary<string, string> files = Samples.Run(Samples.Request(Samples.Repaired())).Files;
        XDocument page = Parse(files["index.html"]);
        XElement table = page.Descendants().Single(element => element.Name.LocalName == "table" && (string?)element.Attribute("class") == "stack repairs");
        string[][] rows = [.. table.Descendants().Where(element => element.Name.LocalName == "tr").Skip(1)
            .Select(row => row.Elements().Skip(2).Select(cell => cell.Value).ToArray())];
        CollectionAssert.AreEqual(new[] { "range: percentile 99.99", "20.5", "26.0", "+5.5" }, rows[0]);
        CollectionAssert.AreEqual(new[] { "channels equalized", "30.0", "29.0", "-1.0" }, rows[1]);
        CollectionAssert.AreEqual(new[] { "biases corrected", "–", "40.0", "–" }, rows[2]);
        using JsonDocument json = JsonDocument.Parse(files.Single(file => file.Key.EndsWith(".json", StringComparison.Ordinal)).Value);
        JsonElement[] layers = [.. json.RootElement.GetProperty("layers").EnumerateArray()];
        JsonElement[] repairs = [.. layers.Single(layer => layer.GetProperty("name").GetString() == "conv1").GetProperty("repairs").EnumerateArray()];
        Assert.HasCount(2, repairs);
        Assert.AreEqual("range", repairs[0].GetProperty("repair").GetString());
        Assert.AreEqual("percentile 99.99", repairs[0].GetProperty("detail").GetString());
        Assert.AreEqual(26, repairs[0].GetProperty("afterDb").GetDouble());
        Assert.AreEqual(JsonValueKind.Null, layers.Single(layer => layer.GetProperty("name").GetString() == "fc").GetProperty("repairs")[0].GetProperty("beforeDb").ValueKind);
        Assert.IsFalse(Samples.Run(Samples.Request(Samples.Model())).Files["index.html"].Contains("Repairs by layer", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Classes_that_change_stand_in_the_page_and_in_the_figures()
    {
        SimulationResult measured = Samples.Measured with
        {
            Accuracy = Samples.Measured.Accuracy! with { Classes = new ClassAgreement(2, [[30, 2], [1, 40]], [new ChangedClass(17, 1, 1, 0)], 3) },
        };
        ImmutableDictionary<string, string> files = Samples.Run(Samples.Request(Samples.Model(simulation: measured))).Files;
        XDocument page = Parse(files["index.html"]);
        XElement[] tables = [.. page.Descendants().Where(element => element.Name.LocalName == "table" && (string?)element.Attribute("class") == "classes")];
        Assert.HasCount(2, tables);
        CollectionAssert.AreEqual(new[] { "30", "2", "1", "40" }, tables[0].Descendants().Where(element => element.Name.LocalName == "td").Select(cell => cell.Value).ToArray());
        CollectionAssert.AreEqual(new[] { "17", "1", "1", "0" }, tables[1].Descendants().Where(element => element.Name.LocalName == "td").Select(cell => cell.Value).ToArray());
        StringAssert.Contains(page.Root!.Value, "3 cases changed class.");
        using JsonDocument json = JsonDocument.Parse(files.Single(file => file.Key.EndsWith(".json", StringComparison.Ordinal)).Value);
        JsonElement accuracy = json.RootElement.GetProperty("accuracy");
        Assert.AreEqual("[[30,2],[1,40]]", string.Concat(accuracy.GetProperty("confusion").GetRawText().Where(letter => !char.IsWhiteSpace(letter))));
        Assert.AreEqual(17, accuracy.GetProperty("changedClasses")[0].GetProperty("case").GetInt32());
    }

    [TestMethod]
    public void Noise_has_a_curve_of_each_graph_for_each_kind()
    {
        string page = Samples.Run(Samples.Request(Samples.Model(Samples.LimitInNoise(20, 0.99), Samples.InNoise))).Files["index.html"];
        XDocument document = Parse(page);
        XElement[] figures = [.. document.Descendants("figure")];
        Assert.HasCount(3, figures);
        Assert.AreEqual("0,4 100,5 200,20", figures[0].Descendants("polyline").First().Attribute("points")!.Value);
        Assert.AreEqual("0,5 100,5 200,25", figures[0].Descendants("polyline").Last().Attribute("points")!.Value);
        StringAssert.Contains(figures[1].Value, "10 dB");
        StringAssert.Contains(figures[2].Value, "8 bits");
        StringAssert.Contains(page, "MinAccuracyAtSnr (20 dB)");
        Assert.IsEmpty(Parse(Samples.Run(Samples.Request(Samples.Model())).Files["index.html"]).Descendants("figure"));
    }

    [TestMethod]
    public void Links_within_the_report_lead_somewhere()
    {
        (ImmutableDictionary<string, string> files, _) = Samples.Run(Everything());
        XDocument document = Parse(files["index.html"]);
        HashSet<string> ids = [.. document.Descendants().Select(element => element.Attribute("id")?.Value).OfType<string>()];
        foreach (string link in document.Descendants("a").Select(link => link.Attribute("href")!.Value))
        {
            Assert.IsTrue(link.StartsWith('#') ? ids.Contains(link[1..]) : files.ContainsKey(Uri.UnescapeDataString(link)), link);
        }
    }

    [TestMethod]
    public void Arrays_that_a_message_names_are_links_beside_the_page()
    {
        ReportedModel model = Samples.Model(simulation: Samples.MissesTestData(20), diagnostics: Samples.OutputsDiffer);
        XElement message = Parse(Samples.Run(Samples.Request(model)).Files["index.html"]).Descendants("ul")
            .Single(list => (string?)list.Attribute("class") == "diagnostics").Descendants("p").Last();
        StringAssert.Contains(message.Value, "Both are in 'report/tiny.board.expected.npy' and 'report/tiny.board.actual.npy'.");
        CollectionAssert.AreEqual(
            new[] { "tiny.board.expected.npy", "tiny.board.actual.npy" }, message.Descendants("a").Select(link => link.Attribute("href")!.Value).ToArray());
    }

    [TestMethod]
    [DataRow(20, "in 20 of 20 cases")]
    [DataRow(0, "in float already")]
    public void Outputs_that_are_not_as_expected_stand_at_the_head(int missed, string where)
    {
        ReportedModel model = Samples.Model(simulation: Samples.MissesTestData(missed), diagnostics: Samples.OutputsDiffer);
        ImmutableDictionary<string, string> files = Samples.Run(Samples.Request(model)).Files;
        XDocument page = Parse(files["index.html"]);
        string verdict = page.Descendants("p").Single(line => ((string?)line.Attribute("class"))?.StartsWith("verdict", StringComparison.Ordinal) == true).Value;
        Assert.AreEqual("Passed with warnings1 model built for 1 target. Outputs of tiny differ from the test data. No budgets are set. 1 warning.", verdict);
        XElement tile = page.Descendants("div").Where(element => (string?)element.Attribute("class") == "tile").Last();
        StringAssert.StartsWith(tile.Value, $"Outputsdifferfrom the test data{(missed > 0 ? " " : ", ")}{where}; of the simulations 3 agree");
        StringAssert.StartsWith(files["report.md"], "## Project: passed with warnings\n\n1 model built for 1 target. Outputs of tiny differ from the test data.");
        StringAssert.Contains(files["report.md"], "| managed, host, qemu; differs from the test data |");
    }

    [TestMethod]
    public void Simulations_that_differ_from_each_other_are_counted()
    {
        SimulationResult apart = Samples.Measured with { Engines = [new("managed", 20, 0, 0), new("host", 20, 0, 0), new("qemu", 10, 3, 1)] };
        XDocument page = Parse(Samples.Run(Samples.Request(Samples.Model(simulation: apart))).Files["index.html"]);
        XElement tile = page.Descendants("div").Where(element => (string?)element.Attribute("class") == "tile").Last();
        StringAssert.StartsWith(tile.Value, "Simulations1 differ");
        Assert.AreEqual("bad", tile.Element("b")!.Attribute("class")!.Value);
    }

    [TestMethod]
    public void Hostile_names_stay_text()
    {
        ReportRequest request = Samples.Request(Samples.Model(
            Samples.Limit(sram: 1), graph: Samples.Graph(Hostile), diagnostics: new Diagnostic("EAI1002", Severity.Warning, Hostile, Hostile, 3))) with
        {
            ProjectName = Hostile,
            Failures = [new Diagnostic(Hostile, Severity.Error, Hostile)],
        };
        string page = Samples.Run(request).Files["index.html"];
        XDocument document = Parse(page);
        Assert.IsEmpty(document.Descendants("script"));
        Assert.IsFalse(page.Contains("<script", StringComparison.OrdinalIgnoreCase));
        Assert.IsFalse(page.Contains('\u202E') || page.Contains('\0'));
        StringAssert.Contains(document.Descendants("h1").Single().Value, "</title><script>alert('1')</script>&\"");
    }

    [TestMethod]
    public void Picture_has_a_box_for_every_buffer_and_marks_bound_and_peak()
    {
        ReportedModel model = Samples.Model();
        XDocument document = Parse(Samples.Run(Samples.Request(model)).Files["index.html"]);
        XElement picture = document.Descendants("svg").Single(svg => svg.Attribute("role")?.Value == "img");
        string[] titles =
        [
            .. picture.Elements("rect").Where(rect => !rect.Attribute("class")!.Value.StartsWith("column", StringComparison.Ordinal))
                .Select(rect => rect.Element("title")!.Value),
        ];
        Assert.AreEqual(model.Planned.Plan.Buffers.Length, titles.Length);
        Assert.IsTrue(titles.Any(title => title.StartsWith("image: 256 B at ", StringComparison.Ordinal)));
        Assert.AreEqual(1, picture.Elements("line").Count(line => line.Attribute("class")?.Value == "bound"));
        Assert.AreEqual("0", picture.Elements("rect").Single(rect => rect.Attribute("class")!.Value == "column band").Attribute("x")!.Value);
        StringAssert.Contains(document.Root!.Value, "optimal, proven");
    }

    [TestMethod]
    public void Missing_figures_are_told_with_their_reason()
    {
        string text = Parse(Samples.Run(Samples.Request(Samples.Model(simulation: Samples.ManagedOnly))).Files["index.html"]).Root!.Value;
        StringAssert.Contains(text, "not measured");
        StringAssert.Contains(text, "arm-none-eabi-gcc is not on the PATH");
        StringAssert.Contains(text, "did not run: no C compiler");
    }

    [TestMethod]
    public void Border_conversions_that_set_the_peak_are_told()
    {
        ReportedModel model = Samples.Model(graph: Samples.Graph(channels: 2));
        (ImmutableDictionary<string, string> files, IReadOnlyList<Diagnostic> found) = Samples.Run(Samples.Request(model));
        Diagnostic note = found.Single();
        Assert.AreEqual("EAI3110", note.Code);
        Assert.AreEqual(Severity.Note, note.Severity);
        StringAssert.Contains(note.Message, "320 bytes, of which 64 would be saved by InputType=\"Quantized\"");
        StringAssert.Contains(Parse(files["index.html"]).Root!.Value, "256 B, 64 B less");
        Assert.IsEmpty(Samples.Run(Samples.Request(Samples.Model())).Found);
    }

    [TestMethod]
    public void Model_without_nodes_can_be_shown()
    {
        var input = new Compiler.Model.Tensor("x", Compiler.Model.ElementType.Float32, new Compiler.Model.Shape(2));
        var graph = new Compiler.Model.Graph { Inputs = [input], Outputs = [input] };
        ReportedModel model = Samples.Model(simulation: new SimulationResult(), graph: graph);
        Parse(Samples.Run(Samples.Request(model)).Files["index.html"]);
        Parse(Samples.Run(Samples.Request()).Files["index.html"]);
    }

    [TestMethod]
    public void Every_file_is_the_same_twice_and_under_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        ImmutableDictionary<string, string> first = Samples.Run(Everything()).Files;
        try
        {
            // Written by hand, for the tests run without culture tables: a comma for the point, a point between thousands, a long minus.
            var strange = new CultureInfo("")
            {
                NumberFormat = new NumberFormatInfo
                {
                    NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "−", PercentDecimalSeparator = ",",
                    PositiveInfinitySymbol = "viel", NumberGroupSizes = [2],
                },
            };
            CultureInfo.CurrentCulture = strange;
            ImmutableDictionary<string, string> second = Samples.Run(Everything()).Files;
            CollectionAssert.AreEquivalent(first.Keys.ToArray(), second.Keys.ToArray());
            foreach ((string path, string text) in first)
            {
                Assert.AreEqual(text, second[path], path);
                Assert.IsFalse(text.Contains('\r'), path);
                Assert.IsTrue(text.EndsWith('\n'), path);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static ReportRequest Everything() => Samples.Request(
        Samples.Model(Samples.Limit(527, 3999, 1.5, 0.97, 0.001, 40)),
        Samples.Model(Samples.Limit(1_000_000, 1_000_000, 3, 0.5, 0.5, 10), target: Samples.Target("second", 16.5)),
        Samples.Model(Samples.Limit(1_000_000, 1_000_000, 3, 0.5, 0.5, 10), Samples.ManagedOnly, name: "other"),
        Samples.Model(Samples.Limit(sqnr: 10), Samples.Measured with { Accuracy = new AccuracyFigures(null, null, null, null, 7, true) }, name: "silent"))
        with
    {
        Failures = [new Diagnostic("EAI1002", Severity.Error, "Not a model.", "models/broken.onnx")],
        TargetBudgets = ImmutableSortedDictionary<string, Budgets>.Empty.Add("board", Samples.Limit(sram: 700, flash: 1)),
    };

    private static XDocument Parse(string page)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore };
        using var reader = XmlReader.Create(new StringReader(page), settings);
        return XDocument.Load(reader);
    }
}
