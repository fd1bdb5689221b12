namespace EdgeAI.Reporting.Page;

/// <summary>Lengths in style attributes.</summary>
internal static class Style
{
    /// <summary>A share of 1 as <c>12.5%</c>, held between 0 and 100 %.</summary>
    public static string Percent(double share) => Numbers.Plain(Math.Clamp(double.IsNaN(share) ? 0 : share, 0, 1) * 100, 3) + "%";
}
