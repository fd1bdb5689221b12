namespace EdgeAI.Reporting.Limits;

/// <summary>What is known of a size in bytes.</summary>
/// <param name="Low">It is at least this.</param>
/// <param name="High">It is at most this; null where a part was not measured.</param>
/// <param name="Parts">What it is made of, a phrase.</param>
internal readonly record struct SizeRange(long Low, long? High, string Parts)
{
    /// <summary>How it stands to a limit: decided only where both ends agree.</summary>
    public BudgetVerdict Against(long limit) =>
        Low > limit ? BudgetVerdict.Broken : High <= limit ? BudgetVerdict.Met : BudgetVerdict.NotMeasured;
}
