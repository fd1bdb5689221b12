using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Page;

/// <summary>The types that were chosen by layer: what each would bring and cost.</summary>
internal static class TypeTable
{
    /// <summary>The card; nothing where there was no choice.</summary>
    public static Html Write(TypeChoice? choice)
    {
        if (choice is null)
        {
            return Html.Empty;
        }

        string reached = choice.SqnrDb is { } db ? $"{Numbers.Decibels(db)} dB" : "no noise";
        string accuracy = choice.Accuracy is { } right ? $", accuracy {Numbers.Percent(right)} against {Numbers.Percent(choice.FloatAccuracy)} in float" : "";
        string verdict = choice.IsKept ? "The cheapest found that keeps" : "Nothing was found that keeps";
        string where = choice.Layers.Any(layer => layer.Sensitivity.IsLocal) ? "the layer's own result, because the model is large" : "the outputs";
        double most = choice.Layers.SelectMany(layer => new[] { layer.Sensitivity.Int8Noise, layer.Sensitivity.Int16Noise, layer.Sensitivity.Int4Noise }).Max() ?? 0;
        string flash = choice.FlashBytes is { } bytes ? $" Flash is estimated at {Numbers.Count(bytes)} bytes." : "";
        return Html.Of(
            $"""
            <section class="card">
            <h3>Types by layer</h3>
            <p class="lead">{verdict} {choice.Limit}: {reached}{accuracy} on {choice.Data}. One run is estimated at {Numbers.Count(choice.Instructions)} instructions, with all layers in int16 at {Numbers.Count(choice.WideInstructions)}.{flash} The decibels are the SQNR of {where} on calibration inputs with this layer alone in that type and all else in float; the bar is its noise.</p>
            <table class="stack types">
            <thead><tr><th>Layer</th><th>Type</th><th class="n">int8 alone dB</th><th class="n">int16 alone dB</th><th class="n">int4 weights alone dB</th><th class="n">int8 instructions</th><th class="n">int16 instructions</th><th class="n">int4 weights instructions</th></tr></thead>
            <tbody>
            {choice.Layers.Select(layer => Row(layer, most))}
            </tbody>
            </table>
            </section>
            """);
    }

    private static Html Row(ChosenType layer, double most)
    {
        LayerSensitivity noise = layer.Sensitivity;
        return Html.Of(
            $"""
            <tr><td class="head" title="{noise.Node}"><b>{layer.Operator}</b><small>{layer.Source}</small></td><td data-of="Type">{(layer.Type == ElementType.Int4 ? "int8, int4 weights" : layer.Type.DisplayName())}</td>{Cell("int8 alone dB", noise.Int8Noise, most)}{Cell("int16 alone dB", noise.Int16Noise, most)}{Cell("int4 weights alone dB", noise.Int4Noise, most)}<td class="n" data-of="int8 instructions">{Numbers.Count(layer.Int8Instructions)}</td><td class="n" data-of="int16 instructions">{Numbers.Count(layer.Int16Instructions)}</td><td class="n" data-of="int4 weights instructions">{Numbers.Count(layer.Int4Instructions)}</td></tr>

            """);
    }

    private static Html Cell(string name, double? noise, double most) => Html.Of(
        $"""<td class="n" data-of="{name}">{(noise == 0 ? "∞" : Numbers.Decibels(LayerNoiseRatio.Decibels(noise)))}<span class="meter"><i style="width:{Style.Percent(most > 0 ? (noise ?? 0) / most : 0)}"></i></span></td>""");
}
