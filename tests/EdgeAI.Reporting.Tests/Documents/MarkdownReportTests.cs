using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Reporting.Tests.Documents;

/// <summary>The summary for a pull request.</summary>
[TestClass]
public sealed class MarkdownReportTests
{
    [TestMethod]
    public void Broken_budgets_stand_below_the_table()
    {
        string text = Samples.Run(Samples.Request(Samples.Model(Samples.Limit(flash: 1, accuracy: 0.5)))).Files["report.md"];
        StringAssert.StartsWith(text, "## Project: failed\n");
        StringAssert.Contains(text, "| tiny | board | 528 B | 4,000 B | 95 % | 200,000 | managed, host, qemu | 1 broken, 1 met |");
        StringAssert.Contains(text, "**Broken budgets**\n\n- EAI3102:");
    }

    [TestMethod]
    public void A_good_build_passes()
    {
        string text = Samples.Run(Samples.Request(Samples.Model(Samples.Limit(flash: 4000)))).Files["report.md"];
        StringAssert.StartsWith(text, "## Project: passed\n");
        Assert.IsFalse(text.Contains("**", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Unmeasured_figures_are_named_as_what_they_are()
    {
        string text = Samples.Run(Samples.Request(Samples.Model(simulation: Samples.ManagedOnly))).Files["report.md"];
        StringAssert.Contains(text, "| arena 320 B | planned weights 820 B | – | – |");
    }

    [TestMethod]
    public void Text_of_models_stays_text()
    {
        ReportRequest request = Samples.Request() with
        {
            Failures = [new Diagnostic("EAI1001", Severity.Error, "a|b\n# c <script> [x](y) `z`")],
        };
        string text = Samples.Run(request).Files["report.md"];
        StringAssert.Contains(text, "- EAI1001: a\\|b \\# c \\<script\\> \\[x\\](y) \\`z\\`\n");
        StringAssert.Contains(text, "No model was built.");
    }
}
