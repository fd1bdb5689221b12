namespace EdgeAI.Reporting;

/// <summary>Names of tensors and nodes in running text. Converters join the names of all operators that they fused with <c>;</c>.</summary>
internal static class DisplayName
{
    private const int Longest = 48;

    /// <summary>The first of joined names, and of a long one its end, which tells it from others.</summary>
    public static string Of(string name)
    {
        int joint = name.IndexOf(';', StringComparison.Ordinal);
        string first = joint > 0 ? name[..joint] + ";…" : name;
        return first.Length <= Longest ? first : "…" + first[^(Longest - 1)..];
    }
}
