using EdgeAI.Compiler.Planning.Kernels;

namespace EdgeAI.Reporting.Figures;

/// <summary>Why a node has the kernel it has, for people.</summary>
internal static class KernelReason
{
    /// <summary>One sentence without a full stop: what decided, what the others would cost, what rules them out.</summary>
    public static string Of(ChosenKernel kernel, string core)
    {
        KernelOffer chosen = kernel.Offers.Single(offer => offer.Name == kernel.Name);
        string head = kernel.Cause switch
        {
            KernelCause.Only => $"the only kernel for this layer on {core}",
            KernelCause.Order => "the first that can, as costs of another were not measured",
            KernelCause.Fastest => $"the fastest, {Cost(chosen)}",
            KernelCause.Smallest => $"the least flash, {Cost(chosen)}",
            KernelCause.NotPaidBack => $"a faster kernel would not pay for its flash; {Cost(chosen)}",
            KernelCause.Linked => "the user's kernel library",
            _ => "named by the graph",
        };
        return string.Join("; ", kernel.Offers.Where(offer => offer.Name != kernel.Name).Select(Alternative).Prepend(head));
    }

    private static string Alternative(KernelOffer offer) => offer.WhyNot is { } reason
        ? $"{offer.Name} cannot: {reason}"
        : offer.Instructions is not null ? $"{offer.Name}: {Cost(offer)}" : $"{offer.Name}: not measured";

    private static string Cost(KernelOffer offer) =>
        $"about {Numbers.Count(offer.Instructions)} instructions and {Numbers.Count(offer.ConstantBytes)} bytes of constants";
}
