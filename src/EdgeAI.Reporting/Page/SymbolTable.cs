using EdgeAI.Reporting.Figures;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Page;

/// <summary>What of the firmware takes how much flash, largest first.</summary>
internal static class SymbolTable
{
    private const int Shown = 30;

    /// <summary>The table, or why there is none.</summary>
    public static Html Write(BuildFigures figures)
    {
        if (figures.Simulation.Elf is not { } elf)
        {
            return Html.Of($"""<p class="hint">Symbols were not read: {figures.WhyNoTargetFigures}.</p>""");
        }

        FirmwareSymbol[] hidden = [.. elf.Symbols.Skip(Shown)];
        return Html.Of(
            $"""
            <table class="stack symbols">
            <thead><tr><th>Symbol</th><th>Section</th><th class="n">Bytes</th></tr></thead>
            <tbody>
            {elf.Symbols.Take(Shown).Select(Row)}
            </tbody>
            </table>
            {(hidden.Length == 0 ? Html.Empty : Html.Of($"""<p class="hint">{Numbers.Of(hidden.Length, "smaller symbol")} with {Numbers.Bytes(hidden.Sum(symbol => symbol.Bytes))} stand in the JSON report.</p>"""))}
            """);
    }

    private static Html Row(FirmwareSymbol symbol) => Html.Of(
        $"""
        <tr><td class="head"><code>{symbol.Name}</code></td><td data-of="Section">{symbol.Section}</td><td class="n" data-of="Bytes">{Numbers.Count(symbol.Bytes)}</td></tr>

        """);
}
