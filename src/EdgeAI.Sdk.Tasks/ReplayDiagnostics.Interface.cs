using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

/// <summary>Says the stored diagnostics of a stage whose target was skipped, so that warnings do not vanish in the second build.</summary>
public sealed partial class ReplayDiagnostics
{
    /// <summary>The stage's stored diagnostics.</summary>
    [Required]
    public string SaidFile { get; set; } = "";

    /// <summary>Properties by name, each with its text in the metadata <c>Value</c>.</summary>
    [Required]
    public ITaskItem[] Settings { get; set; } = [];
}
