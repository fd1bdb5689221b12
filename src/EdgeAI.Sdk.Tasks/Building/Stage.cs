namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>The stages in the order in which they run; what a later one keeps is made from what earlier ones keep.</summary>
internal enum Stage
{
    /// <summary>One unit for each model.</summary>
    Import,
    /// <summary>One unit for each model.</summary>
    Quantize,
    /// <summary>One unit for each target: the arenas that its models get where they must give way to each other.</summary>
    Share,
    /// <summary>One unit for each model and target.</summary>
    Plan,
    /// <summary>One unit for each model and target whose plan breaks a limit: kept for the reports alone.</summary>
    Exceed,
    /// <summary>One unit for each target: the placement of all its models.</summary>
    Place,
    /// <summary>One unit for each target.</summary>
    Generate,
    /// <summary>One unit for each model and target.</summary>
    Simulate,
    /// <summary>One unit for the project.</summary>
    Report,
}

/// <summary>What a stage works on and remembers by itself.</summary>
/// <param name="Model">The model's name, or empty for all of them.</param>
/// <param name="Target">The target's name, or empty for all of them.</param>
internal readonly record struct StageUnit(string Model, string Target)
{
    /// <summary>The whole project.</summary>
    public static StageUnit Project { get; } = new("", "");

    /// <summary>A file name for the unit.</summary>
    public string FileName => Target.Length == 0 ? $"{Model}.txt" : $"{Model}@{Target}.txt";

    /// <summary>The unit of a file name.</summary>
    public static StageUnit FromFileName(string name)
    {
        string stem = name[..^".txt".Length];
        int at = stem.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? new StageUnit(stem, "") : new StageUnit(stem[..at], stem[(at + 1)..]);
    }

    /// <summary>Whether a unit is made from this one: the same model and target as far as this one names them.</summary>
    public bool Covers(StageUnit other) =>
        (Model.Length == 0 || string.Equals(Model, other.Model, StringComparison.Ordinal))
        && (Target.Length == 0 || string.Equals(Target, other.Target, StringComparison.Ordinal));

    /// <summary><c>kws</c>, <c>kws for cortex-m4</c>, <c>cortex-m4</c>.</summary>
    public override string ToString() => (Model, Target) switch
    {
        ("", "") => "the project",
        ("", _) => Target,
        (_, "") => Model,
        _ => $"{Model} for {Target}",
    };
}
