using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>Tensors with common parameters.</summary>
/// <param name="Tensors">At least one.</param>
/// <param name="ByMethod">Their parameters for each of <see cref="ActivationRange.Methods"/>.</param>
internal sealed record SharingTensors(ImmutableArray<Tensor> Tensors, ImmutableArray<QuantizationParameters> ByMethod);

/// <summary>Tensors that take their ranges by one method.</summary>
internal sealed class RoundedSet
{
    private readonly int[] _firstAlike;

    /// <summary>Of one part or several.</summary>
    public RoundedSet(params ImmutableArray<SharingTensors> parts)
    {
        Parts = parts;
        _firstAlike = [.. ActivationRange.Methods.Select((_, method) => Enumerable.Range(0, method + 1)
            .First(other => parts.All(part => part.ByMethod[other].Equals(part.ByMethod[method]))))];
        Different = [.. _firstAlike.Distinct()];
    }

    /// <summary>Those that share parameters, beside one another.</summary>
    public ImmutableArray<SharingTensors> Parts { get; }

    /// <summary>The methods that give parameters which no earlier one gives.</summary>
    public IReadOnlyList<int> Different { get; }

    /// <summary>All tensors.</summary>
    public IEnumerable<Tensor> Tensors => Parts.SelectMany(part => part.Tensors);

    /// <summary>The first method that gives the same parameters.</summary>
    public int FirstAlike(int method) => _firstAlike[method];

    /// <summary>The same tensors with the parameters of another method in the place of some.</summary>
    public RoundedSet With(Func<int, int> methodFor) =>
        new([.. Parts.Select(part => part with { ByMethod = [.. part.ByMethod.Select((_, method) => part.ByMethod[methodFor(method)])] })]);

    /// <summary>What copies of one node of the file make, as the rounds of a loop, in one set; what nodes make that the file has once stays as it is.</summary>
    public static RoundedSet[] Together(IReadOnlyList<RoundedSet> sets, Graph graph)
    {
        Dictionary<Tensor, Node> makers = graph.Producers();
        return
        [
            .. sets.GroupBy(set => makers.TryGetValue(set.Parts[0].Tensors[0], out Node? maker)
                    ? (maker.Source, maker.Operator, maker.Outputs.IndexOf(set.Parts[0].Tensors[0])) : (set.Parts[0].Tensors[0].Name, "", 0))
                .Select(alike => new RoundedSet([.. alike.SelectMany(set => set.Parts)])),
        ];
    }
}
