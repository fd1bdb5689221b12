using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Tests.Import.Fuzz;

/// <summary>
/// Imports damaged models: each must end in a valid model or in errors with codes, in five seconds of the processor, without more memory than the
/// process is allowed.
/// Case i of a seed is the same on every machine, whatever ran before it.
/// </summary>
internal static class ImportFuzz
{
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MostWallTime = TimeSpan.FromSeconds(60);

    /// <summary>What went wrong in cases [first, first + count), one line each, with how many cases gave a model.</summary>
    public static (IReadOnlyList<string> Failures, int Models) Run(IReadOnlyList<(string Name, byte[] Bytes)> corpus, int seed, int first, int count, Action<string>? tell = null)
    {
        var failures = new List<string>();
        int models = 0;
        for (int i = first; i < first + count; i++)
        {
            (string name, byte[] bytes) = Case(corpus, seed, i);
            TimeSpan before = Environment.CpuUsage.TotalTime;
            string? failure = Try(name, bytes, ref models);
            TimeSpan used = Environment.CpuUsage.TotalTime - before;
            failure ??= used > MostTime ? $"took {used.TotalSeconds:0.0} s of the processor" : null;
            if (failure is not null)
            {
                failures.Add($"seed {seed}, case {i}, {name}: {failure}");
                tell?.Invoke(failures[^1]);
            }
        }

        return (failures, models);
    }

    /// <summary>The file of a case.</summary>
    public static (string Name, byte[] Bytes) Case(IReadOnlyList<(string Name, byte[] Bytes)> corpus, int seed, int index)
    {
        var random = new Random(HashCode(seed, index));
        (string name, byte[] bytes) = corpus[random.Next(corpus.Count)];
        return (name, new ModelMutator(random).Mutate(bytes));
    }

    private static int HashCode(int seed, int index) => unchecked((int)(((uint)seed * 0x9E3779B1u) ^ ((uint)index * 0x85EBCA77u)));

    private static string? Try(string name, byte[] bytes, ref int models)
    {
        using var cancellation = new CancellationTokenSource(MostWallTime);
        try
        {
            var request = new ImportRequest("fuzzed", name, bytes, ImmutableSortedDictionary<string, Shape>.Empty, _ => null);
            ImportedModel imported = ImportStage.Run(request, new List<Diagnostic>(), cancellation.Token);
            models++;
            return GraphVerifier.Verify(imported.Graph) is [var fault, ..] ? $"gives a broken model: {fault}" : null;
        }
        catch (DiagnosticException told)
        {
            Diagnostic? broken = told.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Code.Length != 7 || diagnostic.Code is "EAI1051");
            return broken is null ? null : $"{broken}";
        }
        catch (OperationCanceledException)
        {
            return "was not done after a minute";
        }
        catch (Exception error)
        {
            return $"{error.GetType().Name}: {error.Message} {string.Join(' ', error.StackTrace?.Split('\n').Take(3).Select(line => line.Trim()) ?? [])}";
        }
    }
}
