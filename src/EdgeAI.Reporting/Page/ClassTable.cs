using System.Collections.Immutable;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Page;

/// <summary>The classes in float against those of the model that runs, and the cases whose class changed.</summary>
internal static class ClassTable
{
    private const int MostColumns = 16;
    private const int MostCases = 20;

    /// <summary>The section; empty without labelled cases.</summary>
    public static Html Write(ClassAgreement? classes) => classes is null ? Html.Empty : Html.Of(
        $"""
        <section class="card">
        <h3>Classes, float against quantized</h3>
        {Summary(classes)}
        {(classes.Confusion.Length is > 0 and <= MostColumns ? Matrix(classes.Confusion) : Html.Empty)}
        {(classes.ChangedCount > 0 ? Changed(classes) : Html.Empty)}
        </section>

        """);

    private static Html Summary(ClassAgreement classes) => classes.ChangedCount == 0
        ? Html.Of($"<p>Every labelled case has the class that the model has in float.</p>")
        : Html.Of($"<p>{Numbers.Of(classes.ChangedCount, "case")} changed class.</p>");

    private static Html Matrix(ImmutableArray<ImmutableArray<int>> confusion) => Html.Of(
        $"""
        <table class="classes">
        <thead><tr><th>float \ quantized</th>{Enumerable.Range(0, confusion.Length).Select(c => Html.Of($"""<th class="n">{c}</th>"""))}</tr></thead>
        <tbody>
        {confusion.Select(Row)}
        </tbody>
        </table>

        """);

    private static Html Row(ImmutableArray<int> counts, int row) => Html.Of(
        $"""
        <tr><th class="n">{row}</th>{counts.Select((count, column) => Html.Of($"""<td class="n {(count == 0 ? "none" : row == column ? "good" : "bad")}">{Numbers.Count(count)}</td>"""))}</tr>

        """);

    private static Html Changed(ClassAgreement classes) => Html.Of(
        $"""
        <table class="classes">
        <thead><tr><th class="n">Case</th><th class="n">Label</th><th class="n">Float</th><th class="n">Quantized</th></tr></thead>
        <tbody>
        {classes.Changed.Take(MostCases).Select(one => Html.Of($"""<tr><td class="n">{one.Case}</td><td class="n">{one.Label}</td><td class="n">{one.Float}</td><td class="n">{one.Quantized}</td></tr>"""))}
        </tbody>
        </table>

        """);
}
