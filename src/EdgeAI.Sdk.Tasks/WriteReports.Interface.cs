using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

/// <summary>
/// The target EdgeAIReport: everything the stages found out → the reports, in the tree of final outputs. A model that breaks a budget is taken
/// out of the library; its report stays.
/// </summary>
public sealed partial class WriteReports : StageTask
{
    /// <summary>The heading of the reports.</summary>
    [Required]
    public string ProjectName { get; set; } = "";

    /// <summary>The diagnostics of the stages before, in order; a file that is absent has none.</summary>
    [Required]
    public string[] SaidFiles { get; set; } = [];
}
