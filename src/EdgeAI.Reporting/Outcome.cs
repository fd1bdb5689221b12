namespace EdgeAI.Reporting;

/// <summary>How a build, or one model on one target, came out.</summary>
internal enum Outcome
{
    /// <summary>Nothing to say.</summary>
    Passed,
    /// <summary>No error, and at least one warning.</summary>
    PassedWithWarnings,
    /// <summary>At least one error.</summary>
    Failed,
}
