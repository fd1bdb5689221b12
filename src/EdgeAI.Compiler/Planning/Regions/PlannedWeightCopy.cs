namespace EdgeAI.Compiler.Planning.Regions;

/// <summary>Weights that are copied into bytes of the arena that no value takes, right before the step that reads them.</summary>
/// <param name="Step">The step.</param>
/// <param name="Argument">Which argument of the kernel's call, counted behind its parameters, is copied.</param>
/// <param name="Offset">Bytes from the arena's start, a multiple of 16.</param>
/// <param name="Size">Bytes.</param>
public sealed record PlannedWeightCopy(int Step, int Argument, long Offset, long Size)
{
    /// <summary>What is wrong with the copies of a plan, one sentence each; needs nothing but the plan.</summary>
    public static IEnumerable<string> Faults(MemoryPlan plan)
    {
        foreach (PlannedWeightCopy copy in plan.WeightCopies)
        {
            long end = copy.Offset + copy.Size;
            if (copy.Size <= 0 || copy.Offset < plan.StateBytes || copy.Offset % 16 != 0 || end > plan.ArenaBytes
                || (!plan.Regions.IsEmpty && !plan.Regions.Any(region => region.Start <= copy.Offset && end <= region.End)))
            {
                yield return $"the weights of step {copy.Step} at {copy.Offset} with {copy.Size} bytes have no place in one memory";
            }

            foreach (PlannedBuffer buffer in plan.Buffers.Where(buffer => buffer.FirstStep <= copy.Step && copy.Step <= buffer.LastStep
                && buffer.Size > 0 && buffer.Offset < end && copy.Offset < buffer.Offset + buffer.Size))
            {
                yield return $"the weights of step {copy.Step} are copied over buffer '{buffer.Name}'";
            }

            if (plan.Streams.Any(stream => stream.Contains(copy.Step)) || plan.WeightCopies.Count(other => other.Step == copy.Step) > 1)
            {
                yield return $"the weights of step {copy.Step} are copied more than once";
            }
        }
    }
}
