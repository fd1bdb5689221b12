using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

/// <summary>What every stage's task is given: the whole project, so that one call brings all models up to date.</summary>
public abstract partial class StageTask
{
    /// <summary>The EdgeAIModel items.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The EdgeAITarget items.</summary>
    [Required]
    public ITaskItem[] Targets { get; set; } = [];

    /// <summary>The EdgeAINoise items.</summary>
    public ITaskItem[] Noise { get; set; } = [];

    /// <summary>The EdgeAIKernelLibrary items.</summary>
    public ITaskItem[] KernelLibraries { get; set; } = [];

    /// <summary>The EdgeAIOperator items.</summary>
    public ITaskItem[] Operators { get; set; } = [];

    /// <summary>Items of kinds that this version does not carry out, each with its kind in the metadata <c>Kind</c>.</summary>
    public ITaskItem[] NotCarriedOut { get; set; } = [];

    /// <summary>Properties by name, each with its text in the metadata <c>Value</c>; see <see cref="Building.TaskSettings"/>.</summary>
    [Required]
    public ITaskItem[] Settings { get; set; } = [];

    /// <summary>The file that is touched when the stage has no error.</summary>
    [Required]
    public string StampFile { get; set; } = "";

    /// <summary>The file that keeps the stage's diagnostics for builds in which it is skipped.</summary>
    [Required]
    public string SaidFile { get; set; } = "";

    /// <summary><c>true</c>: the stage said its diagnostics in this build.</summary>
    [Output]
    public string Ran { get; set; } = "";
}
