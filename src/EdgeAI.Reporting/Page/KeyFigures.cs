using EdgeAI.Reporting.Figures;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Page;

/// <summary>The five figures one looks for first.</summary>
internal static class KeyFigures
{
    /// <summary>The tiles.</summary>
    public static Html Write(BuildFigures figures) => Html.Of(
        $"""
        <div class="tiles">
        {Sram(figures)}{Flash(figures)}{Accuracy(figures)}{Instructions(figures)}{Engines(figures.Simulation)}
        </div>
        """);

    private static Html Sram(BuildFigures figures)
    {
        ElfFigures? elf = figures.Simulation.Elf;
        string parts = $"arena {Numbers.Bytes(figures.Plan.ArenaBytes)}, static {Numbers.Bytes(elf?.StaticBytes)}, stack {Numbers.Bytes(elf?.StackBytes)}";
        return figures.SramBytes is { } whole
            ? Tile("SRAM", Numbers.Size(whole), parts)
            : Tile("SRAM", Numbers.Size(figures.Plan.ArenaBytes), "arena alone; static data and stack were not measured");
    }

    private static Html Flash(BuildFigures figures) => figures.Simulation.Elf is { } elf
        ? Tile("Flash", Numbers.Size(figures.FlashBytes), $"weights {Numbers.Bytes(elf.WeightBytes)}, code {Numbers.Bytes(elf.CodeBytes)}")
        : Missing("Flash", $"planned weights {Numbers.Bytes(figures.PlannedWeightBytes)}");

    private static Html Accuracy(BuildFigures figures)
    {
        if (figures.Simulation.Accuracy is not { } accuracy)
        {
            return Missing("Accuracy", "no test data");
        }

        string noise = accuracy.NoiseFree ? "no quantization noise"
            : accuracy.SqnrDb is { } ratio ? $"SQNR {Numbers.Decibels(ratio)} dB" : "";
        string[] parts =
        [
            accuracy.Float is { } inFloat && accuracy.Quantized is not null ? $"float {Numbers.Percent(inFloat)}" : "",
            accuracy.Quantized is null ? "no labels" : noise,
            Numbers.Of(accuracy.Cases, "case"),
        ];
        string below = string.Join(", ", parts.Where(part => part.Length > 0));
        return accuracy.Quantized is { } share ? Tile("Accuracy", Numbers.Percent(share), below)
            : noise.Length > 0 ? Tile("Output SQNR", accuracy.NoiseFree ? "∞" : $"{Numbers.Decibels(accuracy.SqnrDb)} dB", below)
            : Missing("Accuracy", below);
    }

    private static Html Instructions(BuildFigures figures) => figures.Simulation.Instructions is { } count
        ? Tile("Instructions", Numbers.Short(count),
            $"{Numbers.Count(count)} a run" + (figures.Macs > 0 ? $", {Numbers.Fixed((double)count / figures.Macs, 2)} per MAC" : ""))
        : Missing("Instructions", figures.WhyNoTargetFigures);

    private static Html Engines(SimulationResult simulation)
    {
        string names = string.Join(", ", simulation.Engines.Select(run => $"{run.Engine} {Numbers.Count(run.Cases)}"));
        string agreement = simulation.Engines.Length > 1 ? $"{Numbers.Whole(simulation.Engines.Length)} agree" : "1 ran";
        return simulation.Engines.Length == 0 ? Missing("Simulations", "no engine ran")
            : simulation.EnginesApart() is > 0 and var apart ? Tile("Simulations", $"{Numbers.Whole(apart)} differ", names + " cases", "bad")
            : simulation.MissesTestData() ? Tile("Outputs", "differ", $"from the test data{Missed(simulation)}; of the simulations {agreement}: {names} cases", "warn")
            : Tile("Simulations", agreement, names + " cases");
    }

    private static string Missed(SimulationResult simulation) => simulation.CasesMissed() is > 0 and var missed
        ? $" in {Numbers.Whole(missed)} of {Numbers.Of(simulation.Engines.Single(run => run.Engine == "managed").Cases, "case")}" : ", in float already";

    private static Html Tile(string name, string figure, string below, string state = "") => Html.Of(
        $"""<div class="tile"><span class="label">{name}</span><b class="{state}">{figure}</b><small>{below}</small></div>""");

    private static Html Missing(string name, string below) => Html.Of(
        $"""<div class="tile missing"><span class="label">{name}</span><b>not measured</b><small>{below}</small></div>""");
}
