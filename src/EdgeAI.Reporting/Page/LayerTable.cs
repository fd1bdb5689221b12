using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Page;

/// <summary>The layers in the order of execution; a bar compares a figure with the largest of its column.</summary>
internal static class LayerTable
{
    /// <summary>The table and what its columns lack.</summary>
    public static Html Write(BuildFigures figures)
    {
        var most = new Columns(
            figures.Layers.Select(layer => layer.Macs).DefaultIfEmpty(0).Max(),
            figures.Layers.Select(layer => layer.Instructions ?? 0).DefaultIfEmpty(0).Max(),
            figures.Layers.Select(layer => layer.Bytes).DefaultIfEmpty(0).Max(),
            figures.Layers.Any(layer => layer.Instructions is not null),
            figures.Layers.Any(layer => layer.SqnrDb is not null));
        int worst = figures.NoisiestLayer is { SqnrDb: not null } noisiest ? noisiest.Step : -1;
        return Html.Of(
            $"""
            <table class="stack layers">
            <thead><tr><th class="n">#</th><th>Layer</th><th class="n">MACs</th>{Head(most.HasInstructions, "Instructions")}{Head(most.HasInstructions, "per MAC")}<th>Kernel</th>{Head(most.HasNoise, "SQNR dB")}{Head(most.HasNoise, "alone")}{Head(most.HasNoise, "clipped")}<th class="n">Result bytes</th><th class="n">Weight bytes</th></tr></thead>
            <tbody>
            {figures.Layers.Select(layer => Row(layer, most, layer.Step == worst, layer.Step == figures.Peak.Step))}
            </tbody>
            </table>
            {Lacks(figures, most)}
            """);
    }

    private static Html Head(bool shown, string name) => shown ? Html.Of($"""<th class="n">{name}</th>""") : Html.Empty;

    private static Html Row(Layer layer, Columns most, bool isWorst, bool isPeak)
    {
        Html instructions = !most.HasInstructions ? Html.Empty : Html.Of(
            $"""{Cell("Instructions", Numbers.Count(layer.Instructions), layer.Instructions ?? 0, most.Instructions)}<td class="n" data-of="per MAC">{PerMac(layer)}</td>""");
        Html noise = !most.HasNoise ? Html.Empty : Html.Of(
            $"""<td class="n" data-of="SQNR dB">{Numbers.Decibels(layer.SqnrDb)}{(isWorst ? Html.Of($"""<span class="tag bad">lowest</span>""") : Html.Empty)}</td><td class="n" data-of="alone">{Numbers.Decibels(layer.IsolatedSqnrDb)}</td><td class="n" data-of="clipped">{(layer.ClippingRate is { } clipped ? Numbers.Percent(clipped) : "–")}</td>""");
        string place = layer.ArenaOffset is { } offset ? $"result at {Numbers.Count(offset)}" : "result is a constant";
        return Html.Of(
            $"""
            <tr{(layer.IsView ? Html.Of($""" class="view" """) : Html.Empty)}><td class="n step">{layer.Step}</td><td class="head" title="{layer.Name}: {place}"><b>{layer.Operator}</b>{(layer.IsView ? Html.Of($"""<span class="tag">view</span>""") : Html.Empty)}{(isPeak ? Html.Of($"""<span class="tag peak">peak</span>""") : Html.Empty)}<small>{layer.Source}</small></td>{Cell("MACs", Numbers.Count(layer.Macs), layer.Macs, most.Macs)}{instructions}<td data-of="Kernel" title="{layer.Reason ?? "nothing runs"}">{layer.Variant ?? "–"}</td>{noise}{Cell("Result bytes", Numbers.Count(layer.Bytes), layer.Bytes, most.Bytes)}<td class="n" data-of="Weight bytes">{Numbers.Count(layer.WeightBytes)}</td></tr>

            """);
    }

    private static Html PerMac(Layer layer) => layer.InstructionsPerMac is not { } each ? Html.Of($"–")
        : layer.BoundPerMac is { } bound ? Html.Of($"{Numbers.Fixed(each, 2)}<small>bound {Numbers.Fixed(bound, 2)}</small>")
        : Html.Of($"{Numbers.Fixed(each, 2)}");

    private static Html Cell(string name, string text, long value, long largest) => Html.Of(
        $"""<td class="n" data-of="{name}">{text}<span class="meter"><i style="width:{Style.Percent(largest > 0 ? (double)value / largest : 0)}"></i></span></td>""");

    private static Html Lacks(BuildFigures figures, Columns most)
    {
        string[] parts =
        [
            most.HasInstructions ? "" : $"Instructions were not counted: {figures.WhyNoTargetFigures}.",
            most.HasNoise ? "" : WhyNoNoise(figures),
        ];
        string text = string.Join(' ', parts.Where(part => part.Length > 0));
        return text.Length == 0 ? Html.Empty : Html.Of($"""<p class="hint">{text}</p>""");
    }

    private static string WhyNoNoise(BuildFigures figures) =>
        figures.Simulation.Accuracy is null ? "SQNR was not measured: there is no test data."
        : figures.Simulation.Accuracy.NoiseFree ? "There is no quantization noise."
        : "SQNR was not measured: the model file is quantized already, so that there is no float model to compare with.";

    /// <summary>The largest figure of each column, and which columns have any.</summary>
    private readonly record struct Columns(long Macs, long Instructions, long Bytes, bool HasInstructions, bool HasNoise);
}
