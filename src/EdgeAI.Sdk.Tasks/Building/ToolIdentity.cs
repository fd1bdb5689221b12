using EdgeAI.Compiler.Pipeline;
using EdgeAI.Reporting;
using EdgeAI.Simulator;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>The code that runs in a stage, by the build identities of its assemblies: other code, other keys.</summary>
internal static class ToolIdentity
{
    /// <summary>A text that differs when the code of a stage differs.</summary>
    public static string Of(Stage stage)
    {
        var types = new List<Type> { typeof(ToolIdentity), typeof(ImportStage) };
        if (stage >= Stage.Simulate)
        {
            types.Add(typeof(SimulateStage));
        }

        if (stage >= Stage.Report)
        {
            types.Add(typeof(ReportStage));
        }

        return stage + " " + string.Join(' ', types.Select(type => type.Module.ModuleVersionId.ToString("N")));
    }
}
