using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Reporting.Tests.Documents;

/// <summary>What readers of SARIF 2.1.0 rely on.</summary>
[TestClass]
public sealed class SarifReportTests
{
    [TestMethod]
    public void Results_name_rules_files_and_lines()
    {
        ReportRequest request = Samples.Request(Samples.Model(Samples.Limit(flash: 1, sram: 1))) with
        {
            Failures = [new Diagnostic("EAI1002", Severity.Error, "Not a model.", "models/süß name.onnx", 7)],
        };
        JsonElement root = JsonDocument.Parse(Samples.Run(request).Files["report.sarif"]).RootElement;
        Assert.AreEqual("2.1.0", root.GetProperty("version").GetString());
        JsonElement run = root.GetProperty("runs")[0];
        JsonElement rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        JsonElement results = run.GetProperty("results");
        Assert.AreEqual(3, results.GetArrayLength());
        foreach (JsonElement result in results.EnumerateArray())
        {
            JsonElement rule = rules[result.GetProperty("ruleIndex").GetInt32()];
            Assert.AreEqual(result.GetProperty("ruleId").GetString(), rule.GetProperty("id").GetString());
            Assert.AreEqual("error", result.GetProperty("level").GetString());
            Assert.IsTrue(Uri.TryCreate(rule.GetProperty("helpUri").GetString(), UriKind.Absolute, out _));
            Assert.IsTrue(rule.GetProperty("shortDescription").GetProperty("text").GetString()!.Length > 0);
        }

        JsonElement place = results[2].GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.AreEqual("models/s%C3%BC%C3%9F%20name.onnx", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.AreEqual(7, place.GetProperty("region").GetProperty("startLine").GetInt32());
    }

    [TestMethod]
    public void A_diagnostic_of_two_targets_is_one_result()
    {
        var warning = new Diagnostic("EAI2001", Severity.Warning, "No calibration data.", "models/tiny.onnx");
        ReportRequest request = Samples.Request(
            Samples.Model(diagnostics: warning), Samples.Model(target: Samples.Target("second"), diagnostics: warning));
        JsonElement root = JsonDocument.Parse(Samples.Run(request).Files["report.sarif"]).RootElement;
        Assert.AreEqual(1, root.GetProperty("runs")[0].GetProperty("results").GetArrayLength());
    }
}
