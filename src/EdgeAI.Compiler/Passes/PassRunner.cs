using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Runs passes and checks each that changed the graph: <see cref="GraphVerifier"/> must find nothing, the inputs and outputs must be those of before,
/// and the outputs for fixed test inputs must be those of the unpassed graph.
/// <list type="bullet">
/// <item>The rounds of <see cref="PassList.Import"/> repeat until one changes nothing, then <see cref="PassList.Finish"/> runs; what that opens up is
/// taken up by further rounds.</item>
/// <item>A pass that is meant to round (<see cref="PassEffect.IntegerRounding"/>) is held to a wider bound, and the later ones to what it left.</item>
/// <item>A graph that computes much is compared where rounding begins and at the end only; when that fails, the passes run again on a copy of the
/// unpassed graph with a comparison after each.</item>
/// </list>
/// </summary>
public static class PassRunner
{
    private const int MostRounds = 12;
    private const long WorkForEachPass = 20_000_000;

    /// <summary>
    /// Runs the passes of import. Throws <see cref="DiagnosticException"/> (EAI1050, EAI1051) that names a pass which changes the numbers or breaks
    /// the graph.
    /// </summary>
    /// <param name="graph">Rewritten in place.</param>
    /// <param name="diagnostics">Takes warnings and notes.</param>
    /// <param name="cancellation">Ends the run between nodes.</param>
    /// <param name="file">The model file as the user named it, for diagnostics.</param>
    /// <param name="asWritten">Leaves out the passes that turn float operators between conversions into integer ones.</param>
    /// <param name="afterPass">Told the name of each pass that has changed the graph.</param>
    public static void Run(
        Graph graph, ICollection<Diagnostic> diagnostics, CancellationToken cancellation, string? file = null, bool asWritten = false,
        Action<string>? afterPass = null) =>
        Run(graph, asWritten ? PassList.AsWritten : PassList.Import, PassList.Finish, file, WorkForEachPass, afterPass, cancellation);

    internal static void Run(
        Graph graph, IReadOnlyList<Pass> rounds, IReadOnlyList<Pass> finish, string? file = null, long workForEachPass = WorkForEachPass,
        Action<string>? afterPass = null, CancellationToken cancellation = default)
    {
        Verify(graph, "import", file);
        NumberCheck? check = Reference(graph, file, cancellation);
        if (check is null || check.Work <= workForEachPass)
        {
            new CheckedRun(graph, check, checksEachPass: true, file, cancellation) { AfterPass = afterPass }.Run(rounds, finish);
            return;
        }

        Graph unpassed = GraphCopy.Of(graph);
        try
        {
            new CheckedRun(graph, check, checksEachPass: false, file, cancellation) { AfterPass = afterPass }.Run(rounds, finish);
        }
        catch (DiagnosticException error) when (error.Diagnostics[0].Code == DiagnosticCatalog.PassChangesNumbers.Code)
        {
            new CheckedRun(unpassed, check, checksEachPass: true, file, cancellation).Run(rounds, finish);
            throw;
        }
    }

    private static NumberCheck? Reference(Graph graph, string? file, CancellationToken cancellation)
    {
        try
        {
            return NumberCheck.Of(graph, cancellation);
        }
        catch (OperatorException error)
        {
            throw DiagnosticCatalog.PassBreaksGraph.Throw(file, "import", error.Message);
        }
    }

    private static void Verify(Graph graph, string pass, string? file)
    {
        IReadOnlyList<string> faults = GraphVerifier.Verify(graph);
        if (faults.Count > 0)
        {
            throw DiagnosticCatalog.PassBreaksGraph.Throw(file, pass, string.Join("; ", faults));
        }
    }

    /// <summary>One way through the passes.</summary>
    private sealed class CheckedRun(Graph graph, NumberCheck? check, bool checksEachPass, string? file, CancellationToken cancellation)
    {
        private NumberCheck? _check = check;
        private string? _lastUnchecked;

        public Action<string>? AfterPass { get; init; }

        public void Run(IReadOnlyList<Pass> rounds, IReadOnlyList<Pass> finish)
        {
            for (int round = 0; round < MostRounds; round++)
            {
                if (!RunOnce(rounds) && !RunOnce(finish))
                {
                    break;
                }
            }

            CompareUnchecked();
        }

        private bool RunOnce(IReadOnlyList<Pass> passes)
        {
            bool changed = false;
            foreach (Pass pass in passes)
            {
                cancellation.ThrowIfCancellationRequested();
                bool rounds = pass.Effect == PassEffect.IntegerRounding;
                if (rounds)
                {
                    CompareUnchecked();
                }

                Border border = Border.Of(graph);
                if (!Try(pass))
                {
                    continue;
                }

                changed = true;
                Verify(graph, pass.Name, file);
                if (border.ChangeIn(graph) is { } fault)
                {
                    throw DiagnosticCatalog.PassBreaksGraph.Throw(file, pass.Name, fault);
                }

                _lastUnchecked = pass.Name;
                AfterPass?.Invoke(pass.Name);
                if (rounds || checksEachPass)
                {
                    Compare(pass.Name, pass.Effect);
                }

                if (rounds)
                {
                    _check = _check is null ? null : NumberCheck.Of(graph, cancellation);
                }
            }

            return changed;
        }

        private void CompareUnchecked()
        {
            if (_lastUnchecked is { } pass)
            {
                Compare(pass, PassEffect.SameNumbers);
            }
        }

        private void Compare(string pass, PassEffect effect)
        {
            _lastUnchecked = null;
            if (_check?.Compare(graph, effect, cancellation) is { } departure)
            {
                throw DiagnosticCatalog.PassChangesNumbers.Throw(file, pass, departure);
            }
        }

        private bool Try(Pass pass)
        {
            try
            {
                return pass.Run(graph);
            }
            catch (Exception error) when (error is OperatorException or InvalidOperationException or ArgumentException
                or InvalidCastException or KeyNotFoundException or IndexOutOfRangeException or NullReferenceException)
            {
                throw DiagnosticCatalog.PassBreaksGraph.Throw(file, pass.Name, error.Message);
            }
        }
    }

    /// <summary>Names, types, shapes and quantization of the inputs and outputs.</summary>
    private sealed record Border(string Inputs, string Outputs)
    {
        public static Border Of(Graph graph) => new(Describe(graph.Inputs), Describe(graph.Outputs));

        public string? ChangeIn(Graph graph)
        {
            Border now = Of(graph);
            return now.Inputs != Inputs ? $"inputs were {Inputs} and are {now.Inputs}"
                : now.Outputs != Outputs ? $"outputs were {Outputs} and are {now.Outputs}"
                : null;
        }

        private static string Describe(IEnumerable<Tensor> tensors) => string.Join(", ", tensors);
    }
}
