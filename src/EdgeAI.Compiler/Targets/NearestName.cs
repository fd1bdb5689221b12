namespace EdgeAI.Compiler.Targets;

/// <summary>Finds the name a user most likely meant.</summary>
public static class NearestName
{
    /// <summary>The candidate with the fewest insertions, deletions and exchanges of characters, case ignored; the first of equals.</summary>
    public static string Of(string name, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant()))
        ?? throw new ArgumentException("no candidates", nameof(candidates));

    /// <summary>Levenshtein's distance in UTF-16 units.</summary>
    public static int Distance(string first, string second)
    {
        int[] previous = [.. Enumerable.Range(0, second.Length + 1)];
        foreach (char from in first)
        {
            int[] row = new int[previous.Length];
            row[0] = previous[0] + 1;
            for (int i = 1; i < row.Length; i++)
            {
                int exchange = previous[i - 1] + (from == second[i - 1] ? 0 : 1);
                row[i] = Math.Min(exchange, Math.Min(previous[i], row[i - 1]) + 1);
            }

            previous = row;
        }

        return previous[^1];
    }
}
