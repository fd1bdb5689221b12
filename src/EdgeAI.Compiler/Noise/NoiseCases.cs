using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Noise;

/// <summary>The test cases on which a model is measured in noise: what is judged when types are chosen is what the report shows.</summary>
public static class NoiseCases
{
    private const long MostMacs = 40_000_000_000;
    private const int FewestCases = 32;

    /// <summary>
    /// So many that a float and a quantized run of each at every level stay within a bound of work: spread evenly, or the first ones where the model keeps states.
    /// </summary>
    /// <param name="cases">All test cases.</param>
    /// <param name="graph">The float graph.</param>
    /// <param name="levels">Of all noises together.</param>
    /// <param name="hasStates">Whether the model keeps states between runs.</param>
    public static IReadOnlyList<TestCase> Bounded(IReadOnlyList<TestCase> cases, Graph graph, int levels, bool hasStates)
    {
        long macs = Math.Max(1, graph.Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node)));
        int count = (int)Math.Clamp(MostMacs / macs / (2L * (levels + 1)), FewestCases, int.MaxValue);
        return cases.Count <= count ? cases
            : hasStates ? [.. cases.Take(count)]
            : [.. Enumerable.Range(0, count).Select(i => cases[(int)((long)i * cases.Count / count)])];
    }
}
