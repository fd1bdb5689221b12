using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Figures;

/// <summary>A constant that takes flash.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Reader">What the model file calls the first node that reads it.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record WeightTensor(string Name, string Reader, long Bytes);

/// <summary>Every figure of one model on one target. Null is "not obtained".</summary>
internal sealed class BuildFigures
{
    /// <summary>Works them out.</summary>
    public BuildFigures(ReportedModel model)
    {
        Planned = model.Planned;
        Simulation = model.Simulation;
        Settings = model.Settings;
        Use = ArenaUse.Of(Graph, Plan);
        Peak = new MemoryPeak(Graph, Use);
        Certificate = PlanCertificate.Of(Plan, Use);
        Border = Plan.Streams.IsEmpty
            ? BorderSaving.Find(Graph, Planned.Target.Instructions, [.. Peak.Taken.Select(taken => taken.Buffer)]) : null;
        OwnPoint = PlanPoint.Of(Graph, Plan);
        Remedies = ArenaRemedy.Of(this);
        (Weights, Parameters) = FindWeights(Graph, Planned.Target.Instructions);
        Layers = FindLayers(Planned, Simulation);
        Transposes = [.. RuntimeTranspose.Of(Graph, Plan)];
    }

    /// <summary>What was planned.</summary>
    public PlannedModel Planned { get; }

    /// <summary>What running it found out.</summary>
    public SimulationResult Simulation { get; }

    /// <summary>What was asked.</summary>
    public ModelSettings Settings { get; }

    /// <summary>The model's name.</summary>
    public string Model => Settings.Name;

    /// <summary>The target's name.</summary>
    public string Target => Planned.Target.Name;

    /// <summary>The model file, relative to the project.</summary>
    public string File => Planned.Quantized.Source.Path;

    /// <summary>What runs.</summary>
    public Graph Graph => Planned.Quantized.Graph;

    /// <summary>Its arena.</summary>
    public MemoryPlan Plan => Planned.Plan;

    /// <summary>What of the arena is taken when.</summary>
    public ArenaUse Use { get; }

    /// <summary>How near the arena is to the smallest.</summary>
    public PlanCertificate Certificate { get; }

    /// <summary>Which of the ways to run the model this is.</summary>
    public PlanPoint OwnPoint { get; }

    /// <summary>What would make the arena smaller, the cheapest first.</summary>
    public ImmutableArray<ArenaRemedy> Remedies { get; }

    /// <summary>The step that needs most memory.</summary>
    public MemoryPeak Peak { get; }

    /// <summary>What integer borders would save, where whole layers run and float borders set the peak; null elsewhere.</summary>
    public BorderSaving? Border { get; }

    /// <summary>In the order of execution.</summary>
    public ImmutableArray<Layer> Layers { get; }

    /// <summary>Transposes that run, in the order of execution.</summary>
    public ImmutableArray<RuntimeTranspose> Transposes { get; }

    /// <summary>Constants of the plan, largest first.</summary>
    public ImmutableArray<WeightTensor> Weights { get; }

    /// <summary>Numbers in those constants.</summary>
    public long Parameters { get; }

    /// <summary>Multiply-accumulate operations of one run.</summary>
    public long Macs => Layers.Sum(layer => layer.Macs);

    /// <summary>Bytes of the plan's constants, before derived ones (multipliers, tables) and padding.</summary>
    public long PlannedWeightBytes => Weights.Sum(weight => weight.Bytes);

    /// <summary>Arena, static data and stack; null unless all three are known.</summary>
    public long? SramBytes => Plan.ArenaBytes + Simulation.Elf?.StaticBytes + Simulation.Elf?.StackBytes;

    /// <summary>Weights, code and constants; null without a linked image.</summary>
    public long? FlashBytes => Simulation.Elf is { } elf ? elf.CodeBytes + elf.WeightBytes : null;

    /// <summary>Whether firmware was made and ran; where planning ended with an error, the plan is all there is.</summary>
    public bool Ran => !Simulation.Engines.IsEmpty;

    /// <summary>Why there are no figures of the target, in one sentence without a full stop.</summary>
    public string WhyNoTargetFigures =>
        Simulation.Skipped.FirstOrDefault(engine => engine.Engine is not "host" and not "managed")?.Reason ?? "the target run did not give them";

    /// <summary>The layer with the most noise of its own accord or inherited; null where no noise was measured.</summary>
    public Layer? NoisiestLayer => Layers.Where(layer => layer.SqnrDb is not null).MinBy(layer => layer.SqnrDb);

    /// <summary>Whether a layer has constants of a type.</summary>
    public bool Reads(ElementType type) => Graph.Nodes.Any(node => node.Inputs.Any(tensor => tensor is { IsConstant: true } && tensor.Type == type));

    private static (ImmutableArray<WeightTensor> Weights, long Parameters) FindWeights(Graph graph, InstructionSet instructionSet)
    {
        var places = new TensorPlaces(graph);
        var readers = new Dictionary<Tensor, (string Source, long Bytes)>(ReferenceEqualityComparer.Instance);
        foreach (Node node in graph.Nodes.Where(node => !TensorPlaces.IsView(node)))
        {
            foreach (Tensor constant in ConstantsOf(node, places))
            {
                readers.TryAdd(constant, (node.Source, BytesFor(node, constant, instructionSet)));
            }
        }

        foreach (Tensor constant in graph.Outputs.Select(places.RootOf).Where(tensor => tensor.IsConstant))
        {
            readers.TryAdd(constant, ("an output", constant.ByteSize));
        }

        return ([
            .. readers.Select(pair => new WeightTensor(pair.Key.Name, pair.Value.Source, pair.Value.Bytes))
                .OrderByDescending(weight => weight.Bytes).ThenBy(weight => weight.Name, StringComparer.Ordinal),
        ], readers.Keys.Sum(tensor => tensor.Shape.ElementCount));
    }

    /// <summary>Bytes of a constant in flash: int4 weights are int8 there where the node's kernel takes them so.</summary>
    private static long BytesFor(Node node, Tensor constant, InstructionSet instructionSet) =>
        constant.Type != ElementType.Int4 || OperatorCatalog.Of(node).KernelOf(node, instructionSet).ReadsNibbles ? constant.ByteSize : constant.Shape.ElementCount;

    private static IEnumerable<Tensor> ConstantsOf(Node node, TensorPlaces places)
    {
        Operator definition = OperatorCatalog.Of(node);
        return node.Inputs
            .Where((tensor, index) => tensor is not null && definition.RoleOf(node, index).Kind != OperandKind.Untouched)
            .Select(tensor => places.RootOf(tensor!)).Where(tensor => tensor.IsConstant);
    }

    private static ImmutableArray<Layer> FindLayers(PlannedModel planned, SimulationResult simulation)
    {
        Graph graph = planned.Quantized.Graph;
        MemoryPlan plan = planned.Plan;
        var places = new TensorPlaces(graph);
        var taken = new PlannedPlaces(plan);
        HashSet<int> idle = [.. PlanSteps.Of(graph, plan).Where(step => step.RunsNothing).Select(step => step.NodeIndex)];
        var measured = new Dictionary<string, LayerFigures>(StringComparer.Ordinal);
        foreach (LayerFigures figures in simulation.Layers)
        {
            measured.TryAdd(figures.Name, figures);
        }

        InstructionSet instructionSet = planned.Target.Instructions;
        ILookup<string, RepairedLayer> repairs = planned.Quantized.Repairs.Layers.ToLookup(layer => layer.Node, StringComparer.Ordinal);
        var kernels = planned.Kernels.ToDictionary(kernel => kernel.Node, StringComparer.Ordinal);
        return
        [
            .. graph.Nodes.Select((node, step) =>
            {
                ChosenKernel? kernel = kernels.GetValueOrDefault(node.Name);
                long macs = OperatorCatalog.Of(node).CountMacs(node);
                LayerFigures? figures = measured.GetValueOrDefault(node.Name);
                Tensor? result = node.Outputs.Count > 0 ? node.Output : null;
                bool isView = idle.Contains(step);
                return new Layer(
                    step, node.Name, node.Operator, node.Source, isView, macs, figures?.Instructions,
                    figures?.SqnrDb is { } noise && double.IsFinite(noise) ? noise : null,
                    taken.Find(result, step)?.Offset, result?.ByteSize ?? 0,
                    isView ? 0 : ConstantsOf(node, places).Distinct<Tensor>(ReferenceEqualityComparer.Instance).Sum(tensor => BytesFor(node, tensor, instructionSet)))
                {
                    Variant = kernel?.Name,
                    Reason = kernel is null ? null : KernelReason.Of(kernel, planned.Target.Core),
                    BoundPerMac = macs > 0 ? ProductBound.InstructionsPerMac(instructionSet, node.Input(0).Type) : null,
                    IsolatedSqnrDb = figures?.IsolatedSqnrDb,
                    ClippingRate = figures?.ClippingRate,
                    Quantization = result?.Quantization,
                    Type = result?.Type ?? ElementType.Unknown,
                    Repairs = [.. repairs[node.Name]],
                };
            }),
        ];
    }
}
