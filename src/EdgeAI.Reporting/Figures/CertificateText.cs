using EdgeAI.Compiler.Planning;

namespace EdgeAI.Reporting.Figures;

/// <summary>A plan's certificate in words.</summary>
internal static class CertificateText
{
    /// <summary>What no arena for this schedule is below, what that stands on, and whether the arena is proven to be the smallest.</summary>
    public static string Of(BuildFigures figures)
    {
        PlanCertificate certificate = figures.Certificate;
        string bound = Numbers.Bytes(certificate.BoundBytes);
        string ground = certificate.Kind switch
        {
            BoundKind.LiveValues => "the values alive at the peak lie apart",
            BoundKind.Search => "a search went through all placements below",
            BoundKind.Overlap => "each result overlaps an operand by as much as its kernel allows, and values may move between steps",
            _ => "the rows held at the peak lie apart, but for those that are being made",
        };
        return certificate.IsProven
            ? $"The lower bound is the same, {bound}: {ground}. For this order of layers the arena is optimal, proven."
            : $"The lower bound is {bound}, a gap of {Numbers.Bytes(certificate.GapBytes)} ({Numbers.Plain(certificate.GapBytes * 100.0 / Math.Max(1, certificate.BoundBytes), 2)} %): {ground}. That the arena is optimal is not proven.";
    }

    /// <summary>The name in the JSON.</summary>
    public static string Name(BoundKind kind) => kind switch
    {
        BoundKind.LiveValues => "liveValues",
        BoundKind.Search => "search",
        BoundKind.Overlap => "overlap",
        _ => "rows",
    };
}
