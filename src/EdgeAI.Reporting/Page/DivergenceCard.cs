using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Page;

/// <summary>Where values part from expected outputs or from a reference; nothing where none was to be looked for.</summary>
internal static class DivergenceCard
{
    /// <summary>The card.</summary>
    public static Html Write(DivergenceFigures? divergence) => divergence is null ? Html.Empty : Html.Of(
        $"""
        <section class="card">
        <h3>First difference</h3>
        <p class="lead">{Lead(divergence)}</p>
        <dl class="facts">{First(divergence.First)}{Output(divergence.Output)}</dl>
        </section>
        """);

    /// <summary>The files beside the page, by the paths that the card and diagnostics call them by.</summary>
    public static string[] FilesOf(DivergenceFigures? divergence) => [.. new[] { divergence?.First?.ExpectedFile, divergence?.First?.ActualFile }.OfType<string>()];

    /// <summary>A link to a file that lies beside the page.</summary>
    public static Html Link(string path) => Html.Of($"""<a href="{Uri.EscapeDataString(path[(path.LastIndexOf('/') + 1)..])}"><code>{path}</code></a>""");

    private static Html Lead(DivergenceFigures divergence)
    {
        string compared = $"{Numbers.Of(divergence.Compared, "tensor")} compared with {(divergence.Reference is { } file ? $"'{file}'" : "the graph as the file writes it")}, "
            + (divergence.Case is { } number ? $"in case {Numbers.Whole(number)}" : "on the inputs that it holds");
        return divergence.Compared == 0 ? Html.Of($"Outputs are not as the test data expects; the model was not followed.")
            : divergence.First is null ? Html.Of($"{compared}: none differs.")
            : Html.Of($"{compared}. The first that differs:");
    }

    private static Html First(FirstDifference? first) => first is null ? Html.Empty : Html.Of(
        $"""
        <div><dt>Tensor</dt><dd><code>{first.Tensor}</code></dd></div><div><dt>Made by</dt><dd>{first.Operator} <code>{first.Node}</code></dd></div><div><dt>Step</dt><dd>{first.Stage}</dd></div><div><dt>Largest error</dt><dd>{(first.LargestError is { } error ? Numbers.Real(error) : "not finite")} in a range of {Numbers.Real(first.Range)}</dd></div>{File("Expected", first.ExpectedFile)}{File("Computed", first.ActualFile)}
        """);

    private static Html File(string name, string? path) => path is null ? Html.Empty : Html.Of(
        $"""<div><dt>{name}</dt><dd>{Link(path)}</dd></div>""");

    private static Html Output(OutputDifference? output) => output is null ? Html.Empty : Html.Of(
        $"""<div><dt>Output</dt><dd><code>{output.Output}{output.Place}</code> in case {Numbers.Whole(output.Case)}: expected {Real(output.Expected)}, computed {Real(output.Actual)}</dd></div>""");

    private static string Real(double? value) => value is { } finite ? Numbers.Real(finite) : "a value that is not finite";
}
