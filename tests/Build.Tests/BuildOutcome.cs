using Microsoft.Build.Logging.StructuredLogger;

namespace BuildTests;

/// <summary>What a build printed and logged.</summary>
public sealed class BuildOutcome(int exitCode, string output, string log, TimeSpan elapsed)
{
    private static readonly string[] Stages =
        ["EdgeAIImport", "EdgeAIQuantize", "EdgeAIPlan", "EdgeAIGenerate", "EdgeAISimulate", "EdgeAIReport"];

    private readonly Lazy<Build> _build = new(() => BinaryLog.ReadBuild(log));

    /// <summary>The exit code.</summary>
    public int ExitCode => exitCode;

    /// <summary>Everything printed.</summary>
    public string Output => output;

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed => elapsed;

    /// <summary>Errors and warnings as <c>CODE</c>, in order, each once.</summary>
    public IReadOnlyList<AbstractDiagnostic> Diagnostics => _build.Value.FindChildrenRecursive<AbstractDiagnostic>()
        .DistinctBy(diagnostic => (diagnostic.Code, diagnostic.Text, diagnostic.File)).ToList();

    /// <summary>Fails unless the build succeeded.</summary>
    public BuildOutcome Succeeded()
    {
        Assert.AreEqual(0, exitCode, output);
        return this;
    }

    /// <summary>Fails unless the build failed without a stack trace or an internal error.</summary>
    public BuildOutcome Failed()
    {
        Assert.AreNotEqual(0, exitCode, output);
        Assert.IsFalse(output.Contains("   at ", StringComparison.Ordinal), output);
        Assert.IsFalse(output.Contains("EAI9099", StringComparison.Ordinal), output);
        return this;
    }

    /// <summary>The one error or warning with a code whose file or text holds a word.</summary>
    public AbstractDiagnostic Diagnostic(string code, string word = "")
    {
        AbstractDiagnostic[] found = [.. Diagnostics.Where(diagnostic => diagnostic.Code == code
            && (diagnostic.File + " " + diagnostic.Text).Contains(word, StringComparison.Ordinal))];
        Assert.AreEqual(1, found.Length, $"{code} about '{word}' in\n{output}");
        return found[0];
    }

    /// <summary>Whether something with a code was said.</summary>
    public bool Says(string code) => Diagnostics.Any(diagnostic => diagnostic.Code == code);

    /// <summary>Fails unless every stage's target was skipped because its outputs are up to date.</summary>
    public void AssertAllStagesSkipped()
    {
        foreach (string stage in Stages)
        {
            Target target = TargetOf(stage) ?? throw new AssertFailedException($"{stage} is not in the log");
            Assert.IsTrue(target.Children.OfType<Microsoft.Build.Logging.StructuredLogger.Task>().All(task => task.Name == "MSBuild"), $"{stage} ran");
        }
    }

    /// <summary>Fails unless no target of the SDK that runs a stage was built.</summary>
    public void AssertNoStages()
    {
        foreach (string stage in Stages)
        {
            Assert.IsNull(_build.Value.FindFirstDescendant<Microsoft.Build.Logging.StructuredLogger.Task>(task => TaskOf(stage) == task.Name), stage);
        }
    }

    /// <summary>How the unit of a stage ended: <c>made</c>, <c>unchanged</c>, <c>cached</c>, <c>failed</c>, or null when the stage was skipped.</summary>
    public string? Ending(string stage, string unit)
    {
        string start = $"EdgeAI: {stage} {unit}: ";
        string? text = _build.Value.FindFirstDescendant<Message>(message => message.Text.StartsWith(start, StringComparison.Ordinal))?.Text;
        return text?[start.Length..];
    }

    /// <summary>All units that did not end as unchanged, as <c>stage unit</c>.</summary>
    public IReadOnlyList<string> Changed() =>
        [.. _build.Value.FindChildrenRecursive<Message>(message => message.Text.StartsWith("EdgeAI: ", StringComparison.Ordinal))
            .Select(message => message.Text["EdgeAI: ".Length..])
            .Where(text => !text.EndsWith(": unchanged", StringComparison.Ordinal))
            .Select(text => text[..text.LastIndexOf(':')])
            .Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The number of times a task ran.</summary>
    public int Runs(string task) =>
        _build.Value.FindChildrenRecursive<Microsoft.Build.Logging.StructuredLogger.Task>(node => node.Name == task).Count;

    private Target? TargetOf(string name) => _build.Value.FindFirstDescendant<Target>(target => target.Name == name);

    private static string TaskOf(string stage) => stage switch
    {
        "EdgeAIImport" => "ImportModels",
        "EdgeAIQuantize" => "QuantizeModels",
        "EdgeAIPlan" => "PlanModels",
        "EdgeAIGenerate" => "GenerateFirmware",
        "EdgeAISimulate" => "SimulateModels",
        _ => "WriteReports",
    };
}
