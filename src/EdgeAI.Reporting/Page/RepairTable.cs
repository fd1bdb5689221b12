using EdgeAI.Compiler.Quantization;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Page;

/// <summary>What was repaired in each layer and what each repair brought.</summary>
internal static class RepairTable
{
    /// <summary>The card; nothing where nothing was repaired.</summary>
    public static Html Write(BuildFigures figures)
    {
        Layer[] repaired = [.. figures.Layers.Where(layer => layer.Repairs.Length > 0)];
        return repaired.Length == 0 ? Html.Empty : Html.Of(
            $"""
            <section class="card">
            <h3>Repairs by layer</h3>
            <p class="lead">The decibels are the SQNR of the layer's result, accumulated from the input, on calibration inputs: before each repair and with it. A repair is made where it lowers the noise of the model's outputs; a single layer may lose by one that its readers gain from.</p>
            <table class="stack repairs">
            <thead><tr><th class="n">#</th><th>Layer</th><th>Repair</th><th class="n">Before dB</th><th class="n">After dB</th><th class="n">Brought dB</th></tr></thead>
            <tbody>
            {repaired.SelectMany(layer => layer.Repairs.Select(repair => Row(layer, repair)))}
            </tbody>
            </table>
            </section>
            """);
    }

    private static Html Row(Layer layer, RepairedLayer repair) => Html.Of(
        $"""
        <tr><td class="n step">{layer.Step}</td><td class="head" title="{layer.Name}"><b>{layer.Operator}</b><small>{layer.Source}</small></td><td data-of="Repair">{RepairText.Of(repair)}</td><td class="n" data-of="Before dB">{Numbers.Decibels(repair.BeforeDb)}</td><td class="n" data-of="After dB">{Numbers.Decibels(repair.AfterDb)}</td><td class="n" data-of="Brought dB">{Brought(repair)}</td></tr>

        """);

    private static string Brought(RepairedLayer repair) =>
        repair.AfterDb - repair.BeforeDb is { } gain ? (gain > 0 ? "+" : "") + Numbers.Decibels(gain) : "–";
}
