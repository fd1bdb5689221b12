using System.Numerics;

namespace EdgeAI.Compiler.Planning.Offsets;

/// <summary>
/// Places buffers with known lifetimes in the smallest arena it can find.
/// <list type="bullet">
/// <item>Time is cut wherever no buffer lasts across: the parts are planned on their own (<see cref="PartPlanner"/>), and the largest is the arena.</item>
/// <item>First every part by fast heuristics. Those above the bound of all are then searched, the one with the largest bound first, down to what
/// the others need anyway.</item>
/// <item>A buffer that is never taken has its place at the arena's start.</item>
/// </list>
/// Deterministic: limits count steps, never time. Limit: beyond some hundred buffers in a tight arena the result may be above the
/// smallest; <see cref="OffsetPlan.Optimal"/> tells.
/// </summary>
public static class OffsetPlanner
{
    /// <summary>Steps of exact search for one problem unless the caller says otherwise; some seconds at most.</summary>
    public const long DefaultStepLimit = 90_000_000;

    /// <summary>
    /// Places the buffers. Offsets stand in the order given; a buffer of size 0 is at 0. The sizes, each rounded up to its alignment, add up to less
    /// than 2^62.
    /// </summary>
    public static OffsetPlan Plan(
        IReadOnlyList<BufferLifetime> buffers, long stepLimit = DefaultStepLimit, CancellationToken cancellation = default)
    {
        foreach (BufferLifetime buffer in buffers)
        {
            if (buffer.Upper < buffer.Lower || buffer.SizeBytes < 0 || !BitOperations.IsPow2(buffer.Alignment))
            {
                throw new ArgumentException($"{buffer} is no buffer", nameof(buffers));
            }
        }

        PartPlanner[] parts =
        [
            .. Parts(buffers).Select(part => new PartPlanner(part, [.. part.Select(index => buffers[index])], cancellation)),
        ];
        long never = buffers.Where(buffer => buffer.Lower == buffer.Upper).Select(buffer => buffer.SizeBytes).DefaultIfEmpty(0).Max();
        long needed = parts.Select(part => part.LowerBoundBytes).Append(never).Max();
        PartPlanner[] open = [.. parts.Where(part => part.ArenaBytes > needed).OrderByDescending(part => part.LowerBoundBytes)];
        for (int i = 0; i < open.Length; i++)
        {
            stepLimit -= open[i].Improve(needed, stepLimit / (open.Length - i));
            needed = Math.Max(needed, open[i].ArenaBytes);
        }

        long[] offsets = new long[buffers.Count];
        foreach (PartPlanner part in parts)
        {
            part.CopyOffsets(offsets);
        }

        long arenaBytes = parts.Select(part => part.ArenaBytes).Append(never).Max();
        long boundBytes = parts.Select(part => part.LowerBoundBytes).Append(never).Max();
        return new([.. offsets], arenaBytes, boundBytes, arenaBytes == boundBytes);
    }

    /// <summary>The indexes of the buffers that have bytes and are taken, by parts between which no buffer lasts, in order of time.</summary>
    private static IEnumerable<int[]> Parts(IReadOnlyList<BufferLifetime> buffers)
    {
        int[] byStart =
        [
            .. Enumerable.Range(0, buffers.Count)
                .Where(index => buffers[index].SizeBytes > 0 && buffers[index].Lower < buffers[index].Upper)
                .OrderBy(index => buffers[index].Lower),
        ];
        int start = 0;
        int upper = int.MinValue;
        for (int i = 0; i < byStart.Length; i++)
        {
            if (i > start && buffers[byStart[i]].Lower >= upper)
            {
                yield return [.. byStart[start..i].Order()];
                start = i;
            }

            upper = Math.Max(upper, buffers[byStart[i]].Upper);
        }

        if (start < byStart.Length)
        {
            yield return [.. byStart[start..].Order()];
        }
    }
}
