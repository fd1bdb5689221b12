using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>
/// Brings the units of a stage up to date, several at a time, with results in the order of the units.
/// - A unit whose key and files are those it was made with is left alone; its stored diagnostics are told again.
/// - Else the cache is asked, and only then the stage runs.
/// - Files are written first and the state last. A unit with an error loses its files and those of later stages.
/// </summary>
internal sealed class StageRunner(
    Stage stage, StageStore store, ArtefactCache cache, DiagnosticPlaces places, string projectDirectory, string stageKey, LongRuns longRuns)
{
    /// <summary>Runs all units; throws <see cref="OperationCanceledException"/> when cancelled, and for faults of the SDK itself.</summary>
    public IReadOnlyList<StageOutcome> Run(IReadOnlyList<StageWork> works, CancellationToken cancellation)
    {
        var outcomes = new StageOutcome[works.Count];
        var faults = new Exception?[works.Count];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, works.Count, options, index =>
        {
            try
            {
                outcomes[index] = Run(works[index], cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // The loop itself throws.
            }
            catch (Exception fault)
            {
                faults[index] = fault;
            }
        });
        cancellation.ThrowIfCancellationRequested();
        if (Array.Find(faults, fault => fault is not null) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        return outcomes;
    }

    private StageOutcome Run(StageWork work, CancellationToken cancellation)
    {
        using LongRuns.Run run = longRuns.Begin(stage, work.Unit);
        var context = new StageContext(run, cancellation);
        try
        {
            var builder = new KeyBuilder(projectDirectory);
            builder.Add("stage", stageKey);
            work.AddKey(builder);
            string key = builder.Build();
            if (store.Read(stage, work.Unit) is { } kept && kept.Key == key && Unchanged(kept.Reads))
            {
                return new StageOutcome(work.Unit, StageEnding.Unchanged, kept.Said);
            }

            if (cache.Find(stage, key) is { } cached && Unchanged(cached.State.Reads))
            {
                Write(work.Unit, cached.State, cached.Files);
                return new StageOutcome(work.Unit, StageEnding.Cached, cached.State.Said);
            }

            IReadOnlyList<StageFile> files = work.Run(context);
            cancellation.ThrowIfCancellationRequested();
            var state = new StageState(
                key, [.. context.Reads], [.. files.Select(file => new FileRecord(file.Path, KeyBuilder.Hash(file.Bytes)))],
                Place(work, context, context.Diagnostics));
            Write(work.Unit, state, files);
            cache.Store(stage, state, files);
            return new StageOutcome(work.Unit, StageEnding.Made, state.Said);
        }
        catch (DiagnosticException error)
        {
            store.DropFrom(stage, work.Unit);
            return new StageOutcome(
                work.Unit, StageEnding.Failed, Place(work, context, [.. context.Diagnostics, .. error.Diagnostics]));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            store.DropFrom(stage, work.Unit);
            throw;
        }
    }

    private void Write(StageUnit unit, StageState state, IReadOnlyList<StageFile> files)
    {
        foreach (StageFile file in files)
        {
            AtomicFile.Write(store.PathOf(file.Path), file.Bytes);
        }

        store.Write(stage, unit, state);
    }

    private bool Unchanged(ImmutableArray<FileRecord> reads)
    {
        foreach (FileRecord read in reads)
        {
            string path = Path.Combine(projectDirectory, read.Path);
            string hash = File.Exists(path) ? KeyBuilder.HashFile(path) : "";
            if (hash != read.Sha256)
            {
                return false;
            }
        }

        return true;
    }

    private ImmutableArray<ToldDiagnostic> Place(StageWork work, StageContext context, IEnumerable<Diagnostic> diagnostics) =>
        [.. diagnostics.Select(diagnostic => places.Place(work.Unit, work.SourceFile, diagnostic, context.Dump))];
}
