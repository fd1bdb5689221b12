using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Settings;

/// <summary>What a project says, as text.</summary>
/// <param name="ProjectDirectory">The absolute folder that relative paths start from.</param>
/// <param name="ProjectFile">The project's file name, which diagnostics about settings name.</param>
/// <param name="Models">The EdgeAIModel items.</param>
/// <param name="Targets">The EdgeAITarget items.</param>
/// <param name="NotCarriedOut">Items of kinds that this version does not carry out, each with the kind's name.</param>
/// <param name="Optimize">The property EdgeAIOptimize, or null.</param>
public sealed record ProjectSettingsRequest(
    string ProjectDirectory, string ProjectFile, IReadOnlyList<SettingsItem> Models, IReadOnlyList<SettingsItem> Targets,
    IReadOnlyList<(string Kind, string Identity)> NotCarriedOut, string? Optimize)
{
    /// <summary>The EdgeAIKernelLibrary items: paths of descriptions.</summary>
    public IReadOnlyList<SettingsItem> KernelLibraries { get; init; } = [];

    /// <summary>The EdgeAIOperator items: paths of descriptions.</summary>
    public IReadOnlyList<SettingsItem> Operators { get; init; } = [];

    /// <summary>The EdgeAINoise items.</summary>
    public IReadOnlyList<SettingsItem> Noise { get; init; } = [];
}

/// <summary>What a project says, validated. Models and targets with an error are absent, and an error stands in <see cref="Diagnostics"/>.</summary>
/// <param name="Models">In ordinal order of name.</param>
/// <param name="Targets">In ordinal order of name.</param>
/// <param name="Diagnostics">Everything wrong, in the order of the items.</param>
public sealed record ProjectSettings(
    ImmutableArray<ModelEntry> Models, ImmutableArray<TargetEntry> Targets, ImmutableArray<SettingDiagnostic> Diagnostics)
{
    /// <summary>Which of the models may run at the same time.</summary>
    public ModelConcurrency Concurrency => ModelConcurrency.Of(Models.ToDictionary(model => model.Name, model => model.ExclusiveWith, StringComparer.Ordinal));
}

/// <summary>One model of a project.</summary>
/// <param name="DisplayPath">The file relative to the project, with forward slashes.</param>
/// <param name="FullPath">The file's absolute path.</param>
/// <param name="Settings">What the user set.</param>
/// <param name="Targets">Names of the targets it is built for, in ordinal order.</param>
public sealed record ModelEntry(string DisplayPath, string FullPath, ModelSettings Settings, ImmutableArray<string> Targets)
{
    /// <summary>The name the model is built under.</summary>
    public string Name => Settings.Name;

    /// <summary>The models that never run at the same time as this one; null for all of the project.</summary>
    public ImmutableArray<string>? ExclusiveWith { get; init; }
}

/// <summary>One target of a project.</summary>
/// <param name="Description">The device.</param>
/// <param name="Budgets">Limits for everything on the device.</param>
public sealed record TargetEntry(TargetDescription Description, Budgets Budgets)
{
    /// <summary>The target's name.</summary>
    public string Name => Description.Name;
}

/// <summary>A diagnostic and the model it is about.</summary>
/// <param name="Model">The model's name, or empty when it concerns the project.</param>
/// <param name="Diagnostic">What to tell.</param>
public sealed record SettingDiagnostic(string Model, Diagnostic Diagnostic);
