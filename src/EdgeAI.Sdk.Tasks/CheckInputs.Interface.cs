using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

/// <summary>
/// Writes down path, size and stamp of every file a build reads, all settings and all compilers. The text is replaced only when it differs,
/// so that it serves the stages' targets as an input. Runs in every build: reads no contents and loads no other assembly than the simulator's.
/// </summary>
public sealed partial class CheckInputs
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

    /// <summary>Items of kinds that this version does not carry out.</summary>
    public ITaskItem[] NotCarriedOut { get; set; } = [];

    /// <summary>Properties by name, each with its text in the metadata <c>Value</c>.</summary>
    [Required]
    public ITaskItem[] Settings { get; set; } = [];

    /// <summary>The file that is written.</summary>
    [Required]
    public string InputsFile { get; set; } = "";
}
