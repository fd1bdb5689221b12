using EdgeAI.Compiler.Planning.Streams;

namespace EdgeAI.Compiler.Planning;

/// <summary>What no value, no working memory and no state takes while a step runs: engines overwrite it, so that a lifetime that is too short shows.</summary>
public static class DeadBytes
{
    /// <summary>Offset and size of each stretch, in order, once the step's moves are done.</summary>
    public static IReadOnlyList<(long Offset, long Size)> Of(MemoryPlan plan, PlanStep step)
    {
        var taken = new List<(long Start, long End)>();
        foreach (PlannedBuffer buffer in plan.Buffers.Where(buffer => buffer.FirstStep <= step.NodeIndex && step.NodeIndex <= buffer.LastStep))
        {
            if (step.Part is not var (stream, schedule, call))
            {
                taken.Add((buffer.Offset, buffer.Offset + buffer.Size));
            }
            else if (schedule.Held.FirstOrDefault(held => held.IsWindow && buffer.Tensors.Contains(held.Tensor.Name)) is { } held)
            {
                int origin = held.Origin(call, stream.HeldAtEnd.Contains(held.Tensor.Name));
                long rowBytes = RowSlice.RowBytes(held.Tensor);
                taken.Add((buffer.Offset + ((held.First[call] - origin) * rowBytes), buffer.Offset + ((held.End[call] - origin) * rowBytes)));
            }
            else if (!buffer.Tensors.IsEmpty || buffer.Name == MemoryPlanner.ScratchName(step.Node))
            {
                taken.Add((buffer.Offset, buffer.Offset + buffer.Size));
            }
        }

        var ranges = new List<(long Offset, long Size)>();
        long end = plan.StateBytes;
        foreach ((long start, long behind) in taken.Where(range => range.Start < range.End).Order())
        {
            if (start > end)
            {
                ranges.Add((end, start - end));
            }

            end = Math.Max(end, behind);
        }

        if (end < plan.ArenaBytes)
        {
            ranges.Add((end, plan.ArenaBytes - end));
        }

        return ranges;
    }

    /// <summary>Likewise before the step's moves, whose sources still matter.</summary>
    public static IEnumerable<(long Offset, long Size)> BeforeMoves(MemoryPlan plan, PlanStep step)
    {
        foreach ((long offset, long size) in Of(plan, step))
        {
            long start = offset;
            foreach (ArenaMove move in step.Moves.OrderBy(move => move.From))
            {
                if (move.From > start && move.From < offset + size)
                {
                    yield return (start, move.From - start);
                }

                if (move.From < offset + size)
                {
                    start = Math.Max(start, Math.Min(offset + size, move.From + move.Size));
                }
            }

            if (start < offset + size)
            {
                yield return (start, offset + size - start);
            }
        }
    }
}
