using System.Collections.Immutable;

namespace EdgeAI.Compiler.Planning.Kernels;

/// <summary>The kernel of one node, and what stood beside it.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Name">The kernel, by its <see cref="Operators.KernelVariant.Name"/>.</param>
/// <param name="Cause">What decided.</param>
/// <param name="Offers">All that the operator offers for the core, the chosen one among them, in the operator's order.</param>
public sealed record ChosenKernel(string Node, string Name, KernelCause Cause, ImmutableArray<KernelOffer> Offers);

/// <summary>A kernel that an operator offers for a node.</summary>
/// <param name="Name">Its <see cref="Operators.KernelVariant.Name"/>.</param>
/// <param name="Instructions">Estimated from the core's cost table; null where the table has none, or the node nothing to choose.</param>
/// <param name="ConstantBytes">Weights and parameters as the kernel wants them; null where the node has nothing to choose.</param>
/// <param name="WhyNot">Why it cannot compute the node; null where it can.</param>
public sealed record KernelOffer(string Name, long? Instructions, long? ConstantBytes, string? WhyNot);

/// <summary>What decided on a kernel.</summary>
public enum KernelCause
{
    /// <summary>No other can compute the node on the core.</summary>
    Only,
    /// <summary>Costs of another were not measured: the operator's own order.</summary>
    Order,
    /// <summary>It takes the fewest instructions.</summary>
    Fastest,
    /// <summary>It takes the least flash.</summary>
    Smallest,
    /// <summary>The instructions a faster kernel saves in the whole model do not pay for its flash.</summary>
    NotPaidBack,
    /// <summary>It is a function of the user's library.</summary>
    Linked,
    /// <summary>The graph named it before planning.</summary>
    Named,
}
