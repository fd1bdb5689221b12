using EdgeAI.Compiler.Planning;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Page;

/// <summary>Transposes that are left at run time, with the bytes they move; a sentence where there are none.</summary>
internal static class TransposeTable
{
    /// <summary>The card.</summary>
    public static Html Write(BuildFigures figures)
    {
        IReadOnlyList<RuntimeTranspose> transposes = figures.Transposes;
        return transposes.Count == 0
            ? Html.Of(
                $"""
                <section class="card">
                <h3>Transposes</h3>
                <p class="lead">None runs: every value is kept in the one order of axes in which all its readers want it.</p>
                </section>
                """)
            : Html.Of(
                $"""
                <section class="card">
                <h3>Transposes</h3>
                <p class="lead">{Numbers.Of(transposes.Count, "transpose")} at each run, {Numbers.Bytes(transposes.Sum(one => one.Bytes))} moved. {TransposeText.Remedy(transposes)}</p>
                <table class="stack transposes">
                <thead><tr><th class="n">#</th><th>From</th><th>To</th><th>Place</th><th class="n">Bytes moved</th><th class="n">Instructions</th></tr></thead>
                <tbody>
                {transposes.Select(one => Row(one, figures))}
                </tbody>
                </table>
                </section>
                """);
    }

    private static Html Row(RuntimeTranspose one, BuildFigures figures) => Html.Of(
        $"""
        <tr><td class="n step">{one.NodeIndex}</td><td class="head">{one.From}</td><td data-of="To">{one.To}</td><td data-of="Place">{TransposeText.Name(one.Place)}</td><td class="n" data-of="Bytes moved">{Numbers.Count(one.Bytes)}</td><td class="n" data-of="Instructions">{Numbers.Count(figures.Layers[one.NodeIndex].Instructions)}</td></tr>

        """);
}
