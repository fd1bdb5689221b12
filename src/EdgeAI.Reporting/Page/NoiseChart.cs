using System.Collections.Immutable;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Page;

/// <summary>
/// Accuracy on disturbed inputs, or without labels how far the outputs stay from those on clean inputs: for each noise a curve of the model in float and one of
/// the model that runs, from the mildest level at the left to the strongest at the right, and the same figures as a table.
/// </summary>
internal static class NoiseChart
{
    private const double LargestDb = 60;

    /// <summary>The section; empty where nothing was disturbed.</summary>
    public static Html Write(AccuracyFigures? accuracy)
    {
        if (accuracy is null || accuracy.Noise.IsDefaultOrEmpty)
        {
            return Html.Empty;
        }

        bool byShare = accuracy.Quantized is not null;
        string lead = byShare
            ? "Share of right classes when the test data are disturbed before the model."
            : "Ratio of the outputs on clean inputs to what disturbing these changes (dB, drawn from 0 to 60): the test data have no labels.";
        return Html.Of(
            $"""
            <section class="card">
            <h3>In noise</h3>
            <p class="lead">{lead}</p>
            <div class="curves">
            {accuracy.Noise.Select(curve => Figure(curve, accuracy, byShare))}
            </div>
            <p class="legend"><span><i class="infloat"></i>float</span><span><i class="asruns"></i>as it runs</span></p>
            </section>

            """);
    }

    /// <summary>The level as people read it.</summary>
    public static string LevelOf(NoiseCurve curve, double level) => curve.IsBySnr ? Numbers.Plain(level, 3) + " dB" : curve.Kind switch
    {
        "AdcBits" => Numbers.Plain(level, 0) + (level == 1 ? " bit" : " bits"),
        "Jitter" => Numbers.Plain(level, 3) + (level == 1 ? " period" : " periods"),
        _ => Numbers.Percent(level),
    };

    private static string KindOf(NoiseCurve curve) => curve.Kind switch
    {
        "White" or "Pink" or "Recorded" => curve.Kind.ToLowerInvariant() + " noise",
        "Offset" => "drift of the offset",
        "Gain" => "error of the gain",
        "AdcBits" => "converter of few bits",
        "DroppedSamples" => "dropped samples",
        _ => curve.Kind.ToLowerInvariant(),
    };

    private static Html Figure(NoiseCurve curve, AccuracyFigures accuracy, bool byShare)
    {
        double?[] inFloat = [byShare ? accuracy.Float : null, .. curve.Points.Select(point => byShare ? point.Float : point.FloatOutputDb)];
        double?[] asRuns = [byShare ? accuracy.Quantized : null, .. curve.Points.Select(point => byShare ? point.Quantized : point.QuantizedOutputDb)];
        string[] levels = [.. curve.Points.Select(point => LevelOf(curve, point.Level))];
        string description = $"{curve.Name}: {string.Join(", ", levels.Select((level, i) => $"{level} {Figure(asRuns[i + 1], byShare)}"))}";
        return Html.Of(
            $"""
            <figure>
            <figcaption><b>{curve.Name}</b> {KindOf(curve)}, {Numbers.Of(curve.Cases, "test case")}</figcaption>
            <svg viewBox="0 0 {levels.Length * 100} 100" preserveAspectRatio="none" role="img" aria-label="{description}">
            {Enumerable.Range(0, 5).Select(i => Html.Of($"""<line class="grid" x1="0" x2="{levels.Length * 100}" y1="{i * 25}" y2="{i * 25}"/>"""))}
            {Line(inFloat, byShare, "infloat")}{Line(asRuns, byShare, "asruns")}
            </svg>
            <table class="classes">
            <thead><tr><th>level</th><th class="n">float</th><th class="n">as it runs</th></tr></thead>
            <tbody>
            {(byShare ? Row("clean", inFloat[0], asRuns[0], byShare) : Html.Empty)}
            {levels.Select((level, i) => Row(level, inFloat[i + 1], asRuns[i + 1], byShare))}
            </tbody>
            </table>
            </figure>

            """);
    }

    private static Html Row(string level, double? inFloat, double? asRuns, bool byShare) => Html.Of(
        $"""
        <tr><td>{level}</td><td class="n">{Figure(inFloat, byShare)}</td><td class="n">{Figure(asRuns, byShare)}</td></tr>

        """);

    private static string Figure(double? value, bool byShare) => byShare ? Numbers.Percent(value) : Numbers.Decibels(value);

    /// <summary>A curve through the points that have a figure.</summary>
    private static Html Line(double?[] figures, bool byShare, string kind)
    {
        IEnumerable<string> points = figures.Select((figure, i) => (figure, i)).Where(pair => pair.figure is not null)
            .Select(pair => $"{pair.i * 100},{Numbers.Plain(100 * (1 - Math.Clamp(byShare ? pair.figure!.Value : pair.figure!.Value / LargestDb, 0, 1)), 2)}");
        string text = string.Join(' ', points);
        return text.Length == 0 ? Html.Empty : Html.Of($"""<polyline class="{kind}" points="{text}"/>""");
    }
}
