using System.Collections.Immutable;

namespace EdgeAI.Compiler.Settings;

/// <summary>
/// Which models of a project may run at the same time. By default none: they run one after another. A model that names others in
/// <c>ExclusiveWith</c> may run at the same time as all that it does not name.
/// </summary>
/// <param name="Pairs">Names of two models that may run at the same time, each pair and the list in ordinal order.</param>
public sealed record ModelConcurrency(ImmutableArray<(string First, string Second)> Pairs)
{
    /// <summary>All models run one after another.</summary>
    public static ModelConcurrency None { get; } = new([]);

    /// <summary>Whether two models may run at the same time.</summary>
    public bool MayRunTogether(string first, string second) => Pairs.Contains(Ordered(first, second));

    /// <summary>From the lists of a project's models; a model without a list stands with null.</summary>
    public static ModelConcurrency Of(IReadOnlyDictionary<string, ImmutableArray<string>?> exclusions)
    {
        string[] names = [.. exclusions.Keys.Order(StringComparer.Ordinal)];
        bool Excludes(string model, string other) => exclusions[model] is not { } list || list.Contains(other, StringComparer.Ordinal);
        return new(
        [
            .. names.SelectMany((_, index) => names.Skip(index + 1), (first, second) => (first, second))
                .Where(pair => !Excludes(pair.first, pair.second) || !Excludes(pair.second, pair.first)),
        ]);
    }

    private static (string First, string Second) Ordered(string first, string second) =>
        string.CompareOrdinal(first, second) <= 0 ? (first, second) : (second, first);
}
