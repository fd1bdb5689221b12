using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// One way to divide the calibration data: a part from which ranges, factors and rounding come, and a part on which the noise that they leave is measured,
/// so that what fits its own data alone is not chosen.
/// </summary>
/// <param name="Fit">The first part.</param>
/// <param name="Probe">Float outputs on the second.</param>
internal sealed record Fold(IReadOnlyList<TestCase> Fit, OutputProbe Probe)
{
    /// <summary>What chance makes of figures of few cases.</summary>
    public const double ChanceDb = 3;

    private const int Blocks = 4;
    private const int MostProbeCases = 32;
    private const int FewestProbeCases = 4;
    private const long ProbeMacs = 120_000_000;

    /// <summary>
    /// Two folds that swap the parts; with fewer than 8 cases one, in which one part serves both. The parts are blocks of the data by turns:
    /// cases that follow one another are often alike (crops of one photograph), so neighbours stay together.
    /// </summary>
    public static IReadOnlyList<Fold> Of(Graph graph, IReadOnlyList<TestCase> cases, long macs, CancellationToken cancellation)
    {
        int probeCount = (int)Math.Clamp(ProbeMacs / macs, FewestProbeCases, MostProbeCases);
        if (cases.Count < 2 * Blocks)
        {
            return [new Fold(cases, new OutputProbe(graph, Spread(cases, probeCount), cancellation))];
        }

        ILookup<bool, TestCase> halves = cases.Select((test, i) => (test, IsSecond: (long)i * Blocks / cases.Count % 2 == 1))
            .ToLookup(pair => pair.IsSecond, pair => pair.test);
        TestCase[] first = [.. halves[false]];
        TestCase[] second = [.. halves[true]];
        return
        [
            new Fold(first, new OutputProbe(graph, Spread(second, probeCount), cancellation)),
            new Fold(second, new OutputProbe(graph, Spread(first, probeCount), cancellation)),
        ];
    }

    /// <summary>At most <paramref name="count"/> cases, evenly spread.</summary>
    public static IReadOnlyList<TestCase> Spread(IReadOnlyList<TestCase> cases, int count) =>
        cases.Count <= count ? cases : [.. Enumerable.Range(0, count).Select(i => cases[(int)((long)i * cases.Count / count)])];
}
