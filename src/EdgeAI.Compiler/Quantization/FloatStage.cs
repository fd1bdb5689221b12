using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Quantization;

/// <summary>Changes the weights and biases of a float graph, made for the cases, and returns the sources of the layers changed, in execution order.</summary>
internal delegate IReadOnlyList<string> FloatChange(Graph graph, IReadOnlyList<TestCase> cases, CancellationToken cancellation);

/// <summary>A float graph on its way to integers, with the ranges that serve it best.</summary>
/// <param name="Graph">Changed for all calibration inputs.</param>
/// <param name="Choice">Ranges of the graph as it is when changed for each fold's first part alone, and the noise of the outputs on the second.</param>
internal sealed record FloatStage(Graph Graph, RangeChoice Choice)
{
    /// <summary>
    /// The stage behind a change of a copy, and what was changed. Null where nothing was changed or the outputs' signal-to-noise ratio does not rise by more than
    /// <paramref name="leastGainDb"/>.
    /// </summary>
    public (FloatStage Stage, IReadOnlyList<string> Layers)? Try(
        FloatChange change, double leastGainDb, IReadOnlyList<TestCase> cases, ElementType type, CancellationToken cancellation)
    {
        Graph changed = GraphCopy.Of(Graph);
        IReadOnlyList<string> layers = change(changed, cases, cancellation);
        if (layers.Count == 0)
        {
            return null;
        }

        var copies = new Graph[Choice.Trials.Count];
        Parallel.For(0, copies.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            copies[i] = GraphCopy.Of(Choice.Trials[i].Graph);
            change(copies[i], Choice.Trials[i].Fold.Fit, cancellation);
        });
        var choice = new RangeChoice([.. copies.Zip(Choice.Trials, (graph, trial) => (graph, trial.Fold))], type, cancellation);
        return choice.SqnrDb > Choice.SqnrDb + leastGainDb ? (new FloatStage(changed, choice), layers) : null;
    }
}
