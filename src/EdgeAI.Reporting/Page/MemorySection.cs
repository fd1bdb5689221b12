using System.Collections.Immutable;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Page;

/// <summary>The arena: what fills it and when, how near it is to the smallest, what would make it smaller, and what that costs.</summary>
internal static class MemorySection
{
    private const int MostNamed = 3;

    /// <summary>The cards.</summary>
    public static Html Write(BuildFigures figures) => Html.Of(
        $"""
        <section class="card">
        <h3>Memory over time</h3>
        {Lead(figures)}
        {MemoryChart.Write(figures)}
        <h4>How near to the smallest</h4>
        <p class="lead">{CertificateText.Of(figures)}{SideBySide(figures.Plan)}</p>
        <h4>What would make it smaller</h4>
        {Remedies(figures)}
        {Copies(figures)}
        </section>
        {FrontierTable.Write(figures)}
        """);

    private static Html Lead(BuildFigures figures)
    {
        MemoryPeak peak = figures.Peak;
        ImmutableArray<TakenBytes> taken = peak.Taken;
        Html holds = Html.Of($"{taken.Take(MostNamed).Select((one, index) => Named(one, index == 0 ? "" : index == Math.Min(MostNamed, taken.Length) - 1 && taken.Length <= MostNamed ? " and " : ", "))}");
        string rest = taken.Length > MostNamed ? $" and {Numbers.Of(taken.Length - MostNamed, "more buffer")}" : "";
        string rows = peak.RowText.Length > 0 ? $" at {peak.RowText} of its result" : "";
        return Html.Of(
            $"""
            <p class="lead">The arena takes <b>{Numbers.Bytes(figures.Plan.ArenaBytes)}</b>.{Memories(figures.Plan)}{RowByRow(figures)} It is fullest at step {peak.Step}, <b>{DisplayName.Of(peak.NodeSource)}</b>{rows}, which holds {holds}{rest}.</p>
            """);
    }

    private static Html Named(TakenBytes taken, string separator) =>
        Html.Of($"""{separator}<code title="{taken.Buffer.Name}">{DisplayName.Of(taken.Buffer.Name)}</code> ({Numbers.Bytes(taken.Bytes)})""");

    private static string Memories(MemoryPlan plan) => plan.Regions.Length <= 1 ? ""
        : $" It lies in {string.Join(", ", plan.Regions.GroupBy(region => region.Memory).Select(parts => $"{parts.Key} ({Numbers.Bytes(parts.Sum(part => part.Bytes))})"))}.";

    private static string RowByRow(BuildFigures figures) => figures.Plan.Streams.IsEmpty ? ""
        : $" Layers {string.Join(" and ", figures.Plan.Streams.Select(stream => $"{Numbers.Whole(stream.FirstStep)} to {Numbers.Whole(stream.LastStep)}"))} run row by row, since a limit asks for it.";

    private static string SideBySide(MemoryPlan plan) => plan.ArenaBytes >= plan.LowerBoundBytes ? ""
        : $" {(plan.Streams.IsEmpty ? "Results overlap operands that are no longer needed; side by" : "Side by")} side, the whole values alive would take {Numbers.Bytes(plan.LowerBoundBytes)}.";

    private static Html Remedies(BuildFigures figures)
    {
        MemoryPeak peak = figures.Peak;
        string tensors = string.Join(", ", peak.Taken.Take(MostNamed).Select(taken => DisplayName.Of(taken.Buffer.Name)));
        return Html.Of(
            $"""
            <ul class="remedies">
            {figures.Remedies.Select(remedy => Remedy(remedy, figures.Plan.ArenaBytes))}<li>Smaller tensors at step {peak.Step}: {(tensors.Length > 0 ? tensors : "none is there")}. Resolution, channels or an integer type elsewhere change nothing.</li>
            {(figures.Remedies.Any(remedy => remedy.Kind == "rows") ? Html.Empty : Html.Of($"<li>No schedule with a smaller arena was found, neither in another order nor row by row.</li>"))}
            </ul>
            """);
    }

    private static Html Remedy(ArenaRemedy remedy, long arenaBytes)
    {
        string then = $"the arena would take {Numbers.Bytes(remedy.ArenaBytes)}, {Numbers.Bytes(arenaBytes - remedy.ArenaBytes)} less";
        return remedy.Cost is not { } cost
            ? Html.Of($"<li><b>Border conversions set this peak.</b> With <code>{remedy.Setting}</code> {then}, at no cost on the device.</li>\n")
            : Html.Of($"<li>With <code>{remedy.Setting}</code> layers run row by row: {then}, and a run moves {Numbers.Bytes(cost.MovedBytes)} in {Numbers.Of(cost.Steps, "step")}.</li>\n");
    }

    private static Html Copies(BuildFigures figures) => figures.Plan.WeightCopies.IsEmpty ? Html.Empty : Html.Of(
        $"""
        <h4>Weights copied to SRAM</h4>
        <p class="lead">The memory of the weights has wait states: before running, {Numbers.Of(figures.Plan.WeightCopies.Length, "layer")} {(figures.Plan.WeightCopies.Length == 1 ? "copies" : "copy")} {Numbers.Bytes(figures.Plan.WeightCopies.Sum(copy => copy.Size))} into bytes of the arena that no value takes then. The arena is no larger for it.</p>
        <table class="stack">
        <thead><tr><th>Layer</th><th class="n">Bytes</th><th class="n">At</th><th>Memory</th></tr></thead>
        <tbody>
        {figures.Plan.WeightCopies.Select(copy => Copy(figures, copy))}
        </tbody>
        </table>
        """);

    private static Html Copy(BuildFigures figures, PlannedWeightCopy copy) => Html.Of(
        $"""
        <tr><td class="head">{copy.Step}: {DisplayName.Of(figures.Graph.Nodes[copy.Step].Source)}</td><td class="n" data-of="Bytes">{Numbers.Count(copy.Size)}</td><td class="n" data-of="At">{Numbers.Count(copy.Offset)}</td><td data-of="Memory">{figures.Plan.Regions.LastOrDefault(region => region.Start <= copy.Offset)?.Memory ?? "–"}</td></tr>

        """);
}
