namespace EdgeAI.Compiler.Settings;

/// <summary>Finds the name a user most likely meant: smallest edit distance ignoring case, the first of equals.</summary>
public static class NearestName
{
    /// <summary>The nearest of some names, or null when none is within a third of the length (at least two edits).</summary>
    public static string? Of(string written, IEnumerable<string> names)
    {
        string? nearest = null;
        int smallest = Math.Max(2, written.Length / 3) + 1;
        foreach (string name in names)
        {
            int distance = Distance(written.ToUpperInvariant(), name.ToUpperInvariant());
            if (distance < smallest)
            {
                (nearest, smallest) = (name, distance);
            }
        }

        return nearest;
    }

    /// <summary>Levenshtein's distance: insertions, deletions and substitutions of one character.</summary>
    private static int Distance(string left, string right)
    {
        int[] previous = new int[right.Length + 1];
        int[] current = new int[right.Length + 1];
        for (int column = 0; column <= right.Length; column++)
        {
            previous[column] = column;
        }

        for (int row = 1; row <= left.Length; row++)
        {
            current[0] = row;
            for (int column = 1; column <= right.Length; column++)
            {
                int substitution = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                current[column] = Math.Min(substitution, Math.Min(previous[column], current[column - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
