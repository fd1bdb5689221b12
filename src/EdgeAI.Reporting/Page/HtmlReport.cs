using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Reporting.Limits;

namespace EdgeAI.Reporting.Page;

/// <summary><c>index.html</c>: one page for people that needs nothing but itself.</summary>
internal static class HtmlReport
{
    private static readonly Html Style = new(ReadStyle());

    /// <summary>The file's text.</summary>
    public static string Write(Report report) => Html.Of(
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="EdgeAI.Sdk" />
        <title>{report.ProjectName}: EdgeAI report</title>
        <style>
        {Style}</style>
        </head>
        <body>
        {Header(report)}
        <main>
        {NotBuilt(report)}
        {Overview.Write(report)}
        {Devices(report)}
        {report.Builds.Select(BuildSection.Write)}
        </main>
        <footer>Made by EdgeAI.Sdk. The same figures for machines: <a href="report.sarif">report.sarif</a>, <a href="report.md">report.md</a>{report.Builds.Select(JsonLink)}</footer>
        </body>
        </html>

        """).Text.ReplaceLineEndings("\n");

    private static Html Header(Report report)
    {
        string state = Overview.StateOf(report.Outcome);
        return Html.Of(
            $"""
            <header>
            <p class="kicker">EdgeAI build report</p>
            <h1>{report.ProjectName}</h1>
            <p class="verdict {state}"><strong>{Icons.Of(state)}{Verdict.Title(report.Outcome)}</strong><span>{Verdict.Sentence(report)}</span></p>
            </header>
            """);
    }

    private static Html NotBuilt(Report report) => report.Failures.Length == 0 ? Html.Empty : Html.Of(
        $"""
        <section class="card">
        <h2>{(report.Failures.Any(diagnostic => diagnostic.Severity == Severity.Error) ? "What could not be built" : "About the project")}</h2>
        {DiagnosticList.Write(report.Failures)}
        </section>
        """);

    private static Html Devices(Report report) => report.DeviceBudgets.Length == 0 ? Html.Empty : Html.Of(
        $"""
        <section class="card">
        <h2>Whole devices</h2>
        <p class="lead">Limits for everything on a target: one arena serves all its models in turn, and kernels are shared.</p>
        {report.DeviceBudgets.GroupBy(budget => budget.Target, StringComparer.Ordinal).Select(Device)}
        </section>
        """);

    private static Html Device(IGrouping<string, BudgetResult> budgets) => Html.Of(
        $"""
        <h3>{budgets.Key}</h3>
        {BudgetBars.Write(budgets)}
        {DiagnosticList.Write([.. budgets.Select(budget => budget.Diagnostic).OfType<Diagnostic>()])}
        """);

    private static Html JsonLink(ReportedBuild build)
    {
        string file = $"{build.Figures.Model}.{build.Figures.Target}.json";
        return Html.Of($""", <a href="{Uri.EscapeDataString(file)}">{file}</a>""");
    }

    private static string ReadStyle()
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("page.css")
            ?? throw new InvalidOperationException("page.css is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
