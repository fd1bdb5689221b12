using System.Globalization;

namespace EdgeAI.Compiler.Tests;

/// <summary>
/// Where the random numbers of a test begin: the same in every run, so that a run that failed fails again; another number, or 'random' for another
/// in every run, by the environment variable EDGEAI_SEED.
/// </summary>
internal static class Seeds
{
    /// <summary>The seed of a test, which its output names.</summary>
    public static int Of(TestContext context)
    {
        int seed = Environment.GetEnvironmentVariable("EDGEAI_SEED") switch
        {
            null or "" => context.TestName!.Aggregate(17, (sum, letter) => unchecked((sum * 31) + letter)) & int.MaxValue,
            "random" => Environment.TickCount & int.MaxValue,
            string number => int.Parse(number, CultureInfo.InvariantCulture),
        };
        context.WriteLine($"seed {seed}");
        return seed;
    }
}
