using System.Diagnostics;
using System.Text.Json;
using EdgeAI.Compiler.Planning.Offsets;

namespace EdgeAI.Tool;

/// <summary>Places the buffers of a csv file with the planner of the build.</summary>
internal static class Allocation
{
    /// <summary>Prints <c>{"arenaBytes":…,"lowerBoundBytes":…,"optimal":…,"seconds":…}</c>; writes the offsets if a path is given.</summary>
    public static void Run(string path, string? offsetsPath, TextWriter output)
    {
        BufferList list = BufferList.Read(path);
        var watch = Stopwatch.StartNew();
        OffsetPlan plan = OffsetPlanner.Plan(list.Buffers);
        double seconds = watch.Elapsed.TotalSeconds;
        if (offsetsPath is not null)
        {
            TextFile.Write(offsetsPath, list.WithOffsets(plan.Offsets));
        }

        output.WriteLine(JsonSerializer.Serialize(new
        {
            arenaBytes = plan.ArenaBytes,
            lowerBoundBytes = plan.LowerBoundBytes,
            optimal = plan.Optimal,
            seconds = Math.Round(seconds, 3),
        }));
    }
}
