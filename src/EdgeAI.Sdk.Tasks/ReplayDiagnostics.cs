using EdgeAI.Sdk.Tasks.Building;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace EdgeAI.Sdk.Tasks;

[MSBuildMultiThreadableTask]
public sealed partial class ReplayDiagnostics : Task
{
    /// <inheritdoc/>
    public override bool Execute()
    {
        var log = new DiagnosticLog(Log, BuildEngine, new TaskSettings(Settings));
        foreach (ToldDiagnostic told in SaidDiagnostics.Read(SaidFile))
        {
            log.Say(told);
        }

        return !Log.HasLoggedErrors;
    }
}
