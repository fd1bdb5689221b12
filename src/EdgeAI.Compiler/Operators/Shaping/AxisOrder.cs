using System.Collections.Immutable;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>Settings with an entry for each axis, moved from one order of axes to another.</summary>
internal static class AxisOrder
{
    /// <summary>Entry i, which belongs to axis i behind a transposition, at the place permutation[i] of that axis in front of it.</summary>
    public static ImmutableArray<T> Undo<T>(ImmutableArray<T> entries, IReadOnlyList<int> permutation)
    {
        T[] moved = new T[entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            moved[permutation[i]] = entries[i];
        }

        return [.. moved];
    }
}
