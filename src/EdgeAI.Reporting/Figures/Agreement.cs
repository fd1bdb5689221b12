using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Figures;

/// <summary>Two questions to a simulation: do the engines agree with each other, and does the model give what the test data expects?</summary>
internal static class Agreement
{
    /// <summary>How many compiled runs gave other outputs than the managed one.</summary>
    public static int EnginesApart(this SimulationResult simulation) => simulation.Engines.Count(run => run.Engine != "managed" && run.Mismatches > 0);

    /// <summary>Whether the outputs, in the model file's own types, are not as the test data expects.</summary>
    public static bool MissesTestData(this SimulationResult simulation) => simulation.Divergence?.Output is not null || simulation.CasesMissed() > 0;

    /// <summary>In how many cases; 0 also where the model runs in other types than the file's, for which no number is kept.</summary>
    public static int CasesMissed(this SimulationResult simulation) => simulation.Engines.Where(run => run.Engine == "managed").Sum(run => run.Mismatches);
}
