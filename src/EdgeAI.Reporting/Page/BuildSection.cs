using EdgeAI.Compiler.Pipeline;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Page;

/// <summary>Everything about one model on one target.</summary>
internal static class BuildSection
{
    /// <summary>The section.</summary>
    public static Html Write(ReportedBuild build)
    {
        BuildFigures figures = build.Figures;
        string state = Overview.StateOf(build.Outcome);
        return Html.Of(
            $"""
            <article id="{Overview.AnchorOf(build)}">
            <div class="title"><h2>{figures.Model} <span class="on">on {figures.Target}</span></h2><span class="pill {state}">{Icons.Of(state)}{Verdict.Title(build.Outcome)}</span></div>
            {Facts(figures)}
            {KeyFigures.Write(figures)}
            {Budgets(build)}
            {MemorySection.Write(figures)}
            <section class="card">
            <h3>Layers</h3>
            {LayerTable.Write(figures)}
            </section>
            {TypeTable.Write(figures.Planned.Quantized.Types)}
            {RepairTable.Write(figures)}
            {TransposeTable.Write(figures)}
            {ClassTable.Write(figures.Simulation.Accuracy?.Classes)}
            {NoiseChart.Write(figures.Simulation.Accuracy)}
            <section class="card">
            <h3>Flash by symbol</h3>
            {SymbolTable.Write(figures)}
            </section>
            <section class="card">
            <h3>Simulations</h3>
            {EngineTable.Write(figures.Simulation)}
            </section>
            {DivergenceCard.Write(figures.Simulation.Divergence)}
            {Diagnostics(build)}
            </article>

            """);
    }

    private static Html Facts(BuildFigures figures)
    {
        QuantizedModel quantized = figures.Planned.Quantized;
        string clock = figures.Planned.Target.ClockMhz is { } megahertz ? $", {Numbers.Plain(megahertz, 3)} MHz" : "";
        string core = figures.Planned.Target.Core == figures.Target ? figures.Target : $"{figures.Target}: {figures.Planned.Target.Core}";
        return Html.Of(
            $"""
            <dl class="facts"><div><dt>Source</dt><dd><code>{quantized.Source.Path}</code></dd></div><div><dt>SHA-256</dt><dd><code title="{quantized.Source.Sha256}">{quantized.Source.Sha256[..Math.Min(12, quantized.Source.Sha256.Length)]}…</code></dd></div><div><dt>Quantization</dt><dd>{quantized.Scheme}, {Calibration(quantized)}</dd></div><div><dt>Target</dt><dd>{core}{clock}</dd></div><div><dt>Size</dt><dd>{Numbers.Short(figures.Macs)} MACs, {Numbers.Short(figures.Parameters)} parameters</dd></div></dl>
            """);
    }

    private static Html Calibration(QuantizedModel quantized) =>
        !quantized.CalibratedOnRealData ? Html.Of($"""<span class="warn">calibrated on synthetic inputs</span>""")
        : quantized.CalibrationCases > 0 ? Html.Of($"calibrated on {Numbers.Of(quantized.CalibrationCases, "input")}")
        : Html.Of($"no calibration needed");

    private static Html Budgets(ReportedBuild build) => build.Budgets.Length == 0 ? Html.Empty : Html.Of(
        $"""
        <section class="card">
        <h3>Budgets</h3>
        {BudgetBars.Write(build.Budgets)}
        </section>
        """);

    private static Html Diagnostics(ReportedBuild build) => build.Diagnostics.Length == 0 ? Html.Empty : Html.Of(
        $"""
        <section class="card">
        <h3>Diagnostics</h3>
        {DiagnosticList.Write(build.Diagnostics, DivergenceCard.FilesOf(build.Figures.Simulation.Divergence))}
        </section>
        """);
}
