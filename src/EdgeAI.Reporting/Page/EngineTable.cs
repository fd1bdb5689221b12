using EdgeAI.Reporting.Figures;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Page;

/// <summary>Which engines ran and agree, and which did not run and why.</summary>
internal static class EngineTable
{
    /// <summary>The table and the list of what did not run.</summary>
    public static Html Write(SimulationResult simulation) => Html.Of(
        $"""
        <table class="stack engines">
        <thead><tr><th>Engine</th><th class="n">Cases</th><th class="n">Mismatches</th><th class="n">Largest difference</th></tr></thead>
        <tbody>
        {simulation.Engines.Select(run => Row(run, run.Engine == "managed" && simulation.MissesTestData()))}{simulation.Skipped.Select(Row)}
        </tbody>
        </table>
        """);

    private static Html Row(EngineRun run, bool missesTestData) => Html.Of(
        $"""
        <tr><td class="head">{Icon(missesTestData ? "warn" : run.Mismatches == 0 ? "good" : "bad")}{run.Engine}<small>{Describe(run.Engine)}{(missesTestData ? ", which differ" : "")}</small></td><td class="n" data-of="Cases">{Numbers.Count(run.Cases)}</td><td class="n" data-of="Mismatches">{Numbers.Count(run.Mismatches)}</td><td class="n" data-of="Largest difference">{(double.IsFinite(run.MaxAbsError) ? Numbers.Real(run.MaxAbsError) : "–")}</td></tr>

        """);

    private static Html Row(SkippedEngine engine) => Html.Of(
        $"""
        <tr class="skipped"><td class="head">{Icon("warn")}{engine.Engine}<small>{Describe(engine.Engine)}</small></td><td class="wide" colspan="3">did not run: {engine.Reason}</td></tr>

        """);

    private static Html Icon(string state) => Html.Of($"""<span class="{state}">{Icons.Of(state)}</span>""");

    private static string Describe(string engine) => engine switch
    {
        "managed" => "in-process, the reference; in the model file's types against the test data's outputs",
        "host" => "the generated C on the building machine, against managed",
        "qemu" => "the generated C on an emulated board, against managed",
        _ => "against managed",
    };
}
