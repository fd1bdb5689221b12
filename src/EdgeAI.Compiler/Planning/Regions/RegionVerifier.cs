using System.Numerics;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Regions;

/// <summary>Checks the parts of a plan against its buffers and against the target; shares nothing with <see cref="RegionPlanner"/>.</summary>
public static class RegionVerifier
{
    /// <summary>What is wrong with the parts by themselves, one sentence each; empty where they are sound or there are none.</summary>
    public static IReadOnlyList<string> Verify(MemoryPlan plan)
    {
        var faults = new List<string>();
        if (plan.Regions.IsEmpty)
        {
            return faults;
        }

        long end = 0;
        foreach (PlannedRegion region in plan.Regions)
        {
            if (region.Start != end || region.Bytes < 0)
            {
                faults.Add($"the part in '{region.Memory}' starts at {region.Start} with {region.Bytes} bytes instead of at {end}");
            }

            if (region.Alignment < 16 || !BitOperations.IsPow2(region.Alignment) || region.Bytes % region.Alignment != 0)
            {
                faults.Add($"the part in '{region.Memory}' with {region.Bytes} bytes cannot be aligned to {region.Alignment}");
            }

            end = region.End;
        }

        if (end != plan.ArenaBytes)
        {
            faults.Add($"the parts take {end} bytes, the arena {plan.ArenaBytes}");
        }

        foreach (PlannedBuffer buffer in plan.Buffers.Where(buffer => buffer.Size > 0))
        {
            if (!plan.Regions.Any(region => region.Start <= buffer.Offset && buffer.Offset + buffer.Size <= region.End))
            {
                faults.Add($"buffer '{buffer.Name}' at {buffer.Offset} with {buffer.Size} bytes lies in no single memory");
            }
        }

        if (plan.Regions.Length > 1)
        {
            VerifyTable(plan, faults);
        }

        return faults;
    }

    /// <summary>What is wrong with the parts on a target; empty for a target that names no memory for arenas.</summary>
    public static IReadOnlyList<string> Verify(MemoryPlan plan, TargetDescription target)
    {
        var faults = new List<string>();
        foreach (IGrouping<string, PlannedRegion> parts in plan.Regions.GroupBy(region => region.Memory, StringComparer.Ordinal))
        {
            MemoryRegion? memory = target.Regions.FirstOrDefault(region => region.Name == parts.Key);
            if (memory is null || !memory.Holds.Contains("arena"))
            {
                faults.Add($"the target has no memory '{parts.Key}' for arenas");
                continue;
            }

            if (parts.Sum(part => part.Bytes) > memory.SizeBytes)
            {
                faults.Add($"the parts in '{parts.Key}' take {parts.Sum(part => part.Bytes)} bytes of {memory.SizeBytes}");
            }

            if (parts.Any(part => part.Alignment % memory.Alignment != 0))
            {
                faults.Add($"a part in '{parts.Key}' is not aligned to {memory.Alignment}");
            }
        }

        return faults;
    }

    /// <summary>The first of several parts holds the state and the places of the others, which nothing else may touch at any step.</summary>
    private static void VerifyTable(MemoryPlan plan, List<string> faults)
    {
        PlannedBuffer? table = plan.Buffers.FirstOrDefault(buffer => buffer.Name == PlannedRegion.TableName && buffer.Tensors.IsEmpty);
        int last = plan.Buffers.Max(buffer => buffer.LastStep);
        if (table is null || table.Size < 8L * (plan.Regions.Length - 1) || table.Offset % 8 != 0 || table.FirstStep > 0 || table.LastStep < last)
        {
            faults.Add("the plan has no room for the places of its parts that lasts all steps");
            return;
        }

        if (table.Offset < plan.StateBytes || table.Offset + table.Size > plan.Regions[0].Bytes)
        {
            faults.Add($"the places of the parts at {table.Offset} leave the first part behind its state");
        }

        foreach (PlannedBuffer buffer in plan.Buffers)
        {
            if (buffer != table && buffer.Size > 0 && buffer.Offset < plan.Regions[0].Bytes && buffer.Offset + buffer.Size > plan.StateBytes)
            {
                faults.Add($"buffer '{buffer.Name}' lies where the first part keeps what lasts between runs");
            }
        }
    }
}
