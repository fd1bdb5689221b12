using EdgeAI.Compiler.Planning.Offsets;

namespace EdgeAI.Compiler.Planning.Regions;

/// <summary>One model's part of a memory, while all of them are placed.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Region">Which part of its arena this is.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="PersistentBytes">How many at its start nothing else may use between runs.</param>
internal readonly record struct SharedPart(string Model, int Region, long Bytes, long PersistentBytes);

/// <summary>
/// Places the parts of several models in one memory.
/// <list type="bullet">
/// <item>Parts of one model, and of models that may run at the same time, lie apart.</item>
/// <item>Parts of models that never run at once may lie on each other, but not on what lasts between the other's runs.</item>
/// <item>Each part in turn takes the lowest offset these rules leave it; every order of up to <see cref="MostInEveryOrder"/> parts is tried,
/// which finds the smallest memory, for in some order each part of a smallest placement is as low as those below it allow.</item>
/// </list>
/// Limit: with more parts only some orders are tried.
/// </summary>
internal static class SharedPlacement
{
    private const int MostInEveryOrder = 7;

    /// <summary>Offsets in the order of the parts, multiples of the alignment, and the end of the highest.</summary>
    public static (long[] Offsets, long Bytes) Place(IReadOnlyList<SharedPart> parts, Func<string, string, bool> mayRunTogether, int alignment)
    {
        long[]? best = null;
        long bestBytes = long.MaxValue;
        foreach (int[] order in Orders(parts))
        {
            long[] offsets = InOrder(parts, order, mayRunTogether, alignment);
            long bytes = parts.Select((part, index) => offsets[index] + PlacementProblem.RoundUp(part.Bytes, alignment)).DefaultIfEmpty(0).Max();
            if (bytes < bestBytes)
            {
                (best, bestBytes) = (offsets, bytes);
            }

            if (bestBytes == parts.Select(part => PlacementProblem.RoundUp(part.Bytes, alignment)).DefaultIfEmpty(0).Max())
            {
                break;
            }
        }

        return (best ?? [], best is null ? 0 : bestBytes);
    }

    private static long[] InOrder(IReadOnlyList<SharedPart> parts, int[] order, Func<string, string, bool> mayRunTogether, int alignment)
    {
        long[] offsets = new long[parts.Count];
        for (int i = 0; i < order.Length; i++)
        {
            SharedPart part = parts[order[i]];
            long offset = 0;
            for (bool moved = true; moved;)
            {
                moved = false;
                foreach (int other in order.AsSpan(0, i))
                {
                    if (Meet(part, offset, parts[other], offsets[other], mayRunTogether))
                    {
                        // Past what must not be met: the whole of the other, or only what lasts of it.
                        long lasting = offsets[other] + parts[other].PersistentBytes;
                        bool sharesRest = part.PersistentBytes == 0 && MayShare(part, parts[other], mayRunTogether) && offset < lasting;
                        offset = PlacementProblem.RoundUp(sharesRest ? lasting : offsets[other] + parts[other].Bytes, alignment);
                        moved = true;
                    }
                }
            }

            offsets[order[i]] = offset;
        }

        return offsets;
    }

    private static bool MayShare(SharedPart a, SharedPart b, Func<string, string, bool> mayRunTogether) =>
        (a.Model != b.Model || a.Region == b.Region) && !mayRunTogether(a.Model, b.Model);

    private static bool Meet(SharedPart a, long atA, SharedPart b, long atB, Func<string, string, bool> mayRunTogether) =>
        MayShare(a, b, mayRunTogether)
            ? Overlap(atA, a.PersistentBytes, atB, b.Bytes) || Overlap(atB, b.PersistentBytes, atA, a.Bytes)
            : Overlap(atA, a.Bytes, atB, b.Bytes);

    private static bool Overlap(long first, long firstBytes, long second, long secondBytes) =>
        firstBytes > 0 && secondBytes > 0 && first < second + secondBytes && second < first + firstBytes;

    private static IEnumerable<int[]> Orders(IReadOnlyList<SharedPart> parts)
    {
        int[] bySize = [.. Enumerable.Range(0, parts.Count).OrderByDescending(index => parts[index].Bytes).ThenBy(index => index)];
        if (parts.Count > MostInEveryOrder)
        {
            yield return bySize;
            yield return [.. bySize.OrderByDescending(index => parts[index].PersistentBytes)];
            yield return [.. bySize.OrderBy(index => parts[index].PersistentBytes)];
            yield break;
        }

        foreach (int[] order in Permutations(bySize, parts.Count))
        {
            yield return order;
        }
    }

    private static IEnumerable<int[]> Permutations(int[] items, int count)
    {
        if (count <= 1)
        {
            yield return [.. items];
            yield break;
        }

        foreach (int[] rest in Permutations(items, count - 1))
        {
            for (int place = count - 1; place >= 0; place--)
            {
                int[] order = [.. rest];
                int last = order[count - 1];
                Array.Copy(order, place, order, place + 1, count - 1 - place);
                order[place] = last;
                yield return order;
            }
        }
    }
}
