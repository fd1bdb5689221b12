using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>
/// Places all models of one target together.
/// <list type="bullet">
/// <item>Each part of an arena, the largest first, goes to the memory it was planned for if that still has room beside the parts that must lie
/// apart from it, else to the fastest slower one that has.</item>
/// <item>In each memory parts share what they may (<see cref="SharedPlacement"/>).</item>
/// </list>
/// Throws <see cref="DiagnosticException"/> when a memory is too small for what must live there at once.
/// </summary>
internal sealed class FirmwarePlacement
{
    private readonly TargetDescription _target;
    private readonly ImmutableArray<PlannedModel> _models;
    private readonly ModelConcurrency _concurrency;
    private readonly ImmutableArray<MemoryRegion> _memories;
    private readonly Dictionary<string, List<SharedPart>> _parts = new(StringComparer.Ordinal);

    private FirmwarePlacement(TargetDescription target, IEnumerable<PlannedModel> models, ModelConcurrency concurrency)
    {
        _target = target;
        _models = [.. models.OrderBy(model => model.Quantized.Graph.Name, StringComparer.Ordinal)];
        _concurrency = concurrency;
        _memories = RegionPlanner.MemoriesFor(target);
    }

    /// <summary>The plan of all models.</summary>
    public static FirmwarePlan Of(TargetDescription target, IEnumerable<PlannedModel> models, ModelConcurrency concurrency)
    {
        var placement = new FirmwarePlacement(target, models, concurrency);
        placement.CheckWeights();
        placement.Assign();
        return placement.Plan();
    }

    private void Assign()
    {
        var parts = new List<(SharedPart Part, string Planned)>();
        foreach (PlannedModel model in _models)
        {
            MemoryPlan plan = model.Plan;
            parts.AddRange(plan.Regions.Length <= 1
                ? [(new(NameOf(model), 0, plan.ArenaBytes, plan.PersistentBytes), plan.Regions.IsEmpty ? "" : plan.Regions[0].Memory)]
                : plan.Regions.Select((region, i) => (new SharedPart(NameOf(model), i, region.Bytes, i == 0 ? plan.PersistentBytes : 0), region.Memory)));
        }

        foreach ((SharedPart part, string planned) in parts.OrderByDescending(item => item.Part.Bytes))
        {
            MemoryRegion? roomy = _memories.SkipWhile(memory => memory.Name != planned).Concat(_memories)
                .FirstOrDefault(memory => Place([.. PartsOf(memory.Name), part], memory).Bytes <= memory.SizeBytes);
            PartsOf(roomy?.Name ?? planned).Add(part);
        }
    }

    private FirmwarePlan Plan()
    {
        var memories = ImmutableArray.CreateBuilder<FirmwareMemory>();
        foreach (MemoryRegion? memory in _memories.IsEmpty ? [null] : _memories.Cast<MemoryRegion?>())
        {
            SharedPart[] parts = [.. PartsOf(memory?.Name ?? "").OrderBy(part => part.Model, StringComparer.Ordinal).ThenBy(part => part.Region)];
            if (parts.Length == 0)
            {
                continue;
            }

            (long[] offsets, long bytes) = Place(parts, memory);
            if (bytes > memory?.SizeBytes)
            {
                throw DiagnosticCatalog.ModelsOverMemory.Throw(
                    null, _target.Name, bytes, memory.Name, memory.SizeBytes, string.Join(", ", parts.Select(Describe)));
            }

            memories.Add(new(memory?.Name ?? "", bytes, AlignmentOf(memory),
                [.. parts.Select((part, index) => new FirmwarePart(part.Model, part.Region, offsets[index], part.Bytes))]));
        }

        return new(_target, _models, memories.Sum(memory => memory.Bytes)) { Memories = memories.ToImmutable() };
    }

    /// <summary>Constants of all models against all memories that may hold them.</summary>
    private void CheckWeights()
    {
        MemoryRegion[] holders = [.. _target.Regions.Where(region => region.MayHold("weights"))];
        long room = holders.Sum(region => region.SizeBytes);
        long needed = _models.Sum(WeightBytes);
        if (holders.Length > 0 && needed > room)
        {
            PlannedModel largest = _models.MaxBy(WeightBytes)!;
            throw DiagnosticCatalog.WeightsOverMemory.Throw(
                null, _target.Name, needed, string.Join(", ", holders.Select(region => region.Name)), room, NameOf(largest), WeightBytes(largest),
                Weights(largest).Any(tensor => tensor.Type.IsFloat()) ? "Make its layers narrower, use an integer type for those with weights in float," : "Make its layers narrower,");
        }
    }

    private static long WeightBytes(PlannedModel model) => Weights(model).Sum(tensor => tensor.ByteSize);

    private static IEnumerable<Tensor> Weights(PlannedModel model)
    {
        var places = new TensorPlaces(model.Quantized.Graph);
        return model.Quantized.Graph.Nodes.Where(node => !TensorPlaces.IsView(node))
            .SelectMany(node => node.Inputs.OfType<Tensor>()).Select(places.RootOf).Where(tensor => tensor.IsConstant)
            .Distinct<Tensor>(ReferenceEqualityComparer.Instance);
    }

    private (long[] Offsets, long Bytes) Place(IReadOnlyList<SharedPart> parts, MemoryRegion? memory) =>
        SharedPlacement.Place(parts, _concurrency.MayRunTogether, AlignmentOf(memory));

    private static int AlignmentOf(MemoryRegion? memory) => Math.Max(MemoryPlanner.ArenaAlignment, memory?.Alignment ?? 0);

    private List<SharedPart> PartsOf(string memory)
    {
        if (!_parts.TryGetValue(memory, out List<SharedPart>? parts))
        {
            _parts.Add(memory, parts = []);
        }

        return parts;
    }

    private static string NameOf(PlannedModel model) => model.Quantized.Graph.Name;

    private static string Describe(SharedPart part) => string.Create(CultureInfo.InvariantCulture, $"{part.Model} {part.Bytes}");
}
