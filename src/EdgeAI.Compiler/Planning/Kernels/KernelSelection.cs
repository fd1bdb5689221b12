using System.Collections.Immutable;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Kernels;

/// <summary>
/// Chooses the kernel of every node for a core.
/// <list type="bullet">
/// <item>A node takes one of the kernels that its operator offers (<see cref="Operator.Kernels"/>) and that can compute it. Where the core's cost table
/// lacks one of these, the operator's order decides.</item>
/// <item>Speed: the fewest instructions by the cost table, then the least flash. Size: the other way round. Flash is the code of every kernel in use, once
/// for all nodes, and constants as the kernels want them.</item>
/// <item>Balanced: a kernel is worth its flash while each <see cref="BytesOfOnePercent"/> bytes save one percent of the instructions that the
/// model takes with its fastest kernels.</item>
/// <item>The kernels that the model may use at all are tried in every combination up to <see cref="MostTried"/> kernels; above that, from all of them, the
/// one whose loss gains most is dropped, over and over. Equal choices go to the operator's order.</item>
/// </list>
/// Limits: models of one firmware do not know of each other's kernels; memory plays no part in the choice.
/// </summary>
public sealed class KernelSelection
{
    /// <summary>Flash that one percent of the instructions is worth under <see cref="OptimizationGoal.Balanced"/>.</summary>
    public const long BytesOfOnePercent = 1024;

    private const int MostTried = 10;

    private readonly InstructionSet _instructionSet;
    private readonly KernelCostTable _table;
    private readonly OptimizationGoal _goal;
    private readonly bool _keepsNibbles;
    private readonly List<Choice> _choices = [];
    private readonly SortedDictionary<string, long> _fixedFiles = new(StringComparer.Ordinal);
    private double _fastest;

    private KernelSelection(InstructionSet instructionSet, KernelCostTable table, OptimizationGoal goal, bool keepsNibbles)
    {
        _keepsNibbles = keepsNibbles;
        _instructionSet = instructionSet;
        _table = table;
        _goal = goal;
    }

    /// <summary>
    /// Sets <see cref="Node.Kernel"/> of every node that runs and has none yet, and gives the choice of each in the order of the nodes.
    /// </summary>
    /// <param name="graph">The nodes.</param>
    /// <param name="instructionSet">Whose kernels are chosen among.</param>
    /// <param name="table">What they cost.</param>
    /// <param name="goal">What is to be smallest.</param>
    /// <param name="keepsNibbles">Whether int4 weights must stay two a byte, because they were chosen for flash; else kernels that take them as int8 compete.</param>
    /// <param name="cancellation">Ends the choice.</param>
    public static ImmutableArray<ChosenKernel> Choose(
        Graph graph, InstructionSet instructionSet, KernelCostTable table, OptimizationGoal goal, bool keepsNibbles = false, CancellationToken cancellation = default)
    {
        var selection = new KernelSelection(instructionSet, table, goal, keepsNibbles);
        foreach (Node node in graph.Nodes.Where(node => !TensorPlaces.IsView(node)))
        {
            cancellation.ThrowIfCancellationRequested();
            selection.Add(node);
        }

        selection.Solve(cancellation);
        return [.. selection._choices.Select(choice => choice.Result())];
    }

    private void Add(Node node)
    {
        IReadOnlyList<KernelVariant> kernels = OperatorCatalog.Of(node).Kernels(node, _instructionSet);
        bool isKept = _keepsNibbles && node.OptionalInput(1)?.Type == ElementType.Int4;
        KernelVariant[] possible = [.. kernels.Where(kernel => kernel.WhyNot is null && (kernel.ReadsNibbles || !isKept))];
        if (node.Kernel is not null || possible.Length == 1)
        {
            // A kernel without alternative is not probed: some layers cannot be written at all, which is for emission to tell.
            KernelCause cause = node.Linked is not null ? KernelCause.Linked : node.Kernel is null ? KernelCause.Only : KernelCause.Named;
            node.Kernel ??= possible[0].Name;
            _choices.Add(new(node, kernels, [], cause));
            return;
        }

        LayerWork work = LayerWork.Of(node);
        Option[] options = [.. possible.Select(kernel => Probe(kernel, work))];
        var choice = new Choice(node, kernels, options, KernelCause.Order);
        _choices.Add(choice);
        if (options.Any(option => option.Instructions is null || option.Files.Any(file => _table.CodeBytes(file) is null)))
        {
            choice.Chosen = options[0];
            foreach (string file in options[0].Files)
            {
                _fixedFiles[file] = _table.CodeBytes(file) ?? 0;
            }
        }
    }

    private Option Probe(KernelVariant kernel, LayerWork work)
    {
        var probe = new KernelProbe(_instructionSet);
        KernelCall call = kernel.Emit(probe);
        string[] files = [.. KernelLibrary.WithIncludes([call.File + ".h", call.File + ".c"]).Keys.Where(file => file.EndsWith(".c", StringComparison.Ordinal))];
        return new(kernel.Name, call.Function, files, probe.Constants.Values.Sum(), _table.Find(call.Function)?.Instructions(work));
    }

    private void Solve(CancellationToken cancellation)
    {
        Choice[] free = [.. _choices.Where(choice => choice.Options.Length > 0 && choice.Chosen is null)];
        if (free.Length == 0)
        {
            return;
        }

        _fastest = Math.Max(1, free.Sum(choice => (double)choice.Options.Min(option => option.Instructions!.Value)));
        string[] functions = [.. free.SelectMany(choice => choice.Options).Select(option => option.Function).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        HashSet<string> allowed = functions.Length <= MostTried ? TryAll(free, functions, cancellation) : Drop(free, functions, cancellation);
        foreach (Choice choice in free)
        {
            choice.Chosen = Best(choice, allowed);
            choice.Cause = choice.Chosen!.Instructions == choice.Options.Min(option => option.Instructions)
                ? (_goal == OptimizationGoal.Size ? KernelCause.Smallest : KernelCause.Fastest)
                : _goal == OptimizationGoal.Size ? KernelCause.Smallest : KernelCause.NotPaidBack;
        }
    }

    private HashSet<string> TryAll(Choice[] free, string[] functions, CancellationToken cancellation)
    {
        HashSet<string> best = [.. functions];
        (double, double) bestScore = Score(free, best)!.Value;
        for (int set = (1 << functions.Length) - 2; set > 0; set--)
        {
            cancellation.ThrowIfCancellationRequested();
            HashSet<string> tried = [.. functions.Where((_, index) => (set & (1 << index)) != 0)];
            if (Score(free, tried) is { } score && score.CompareTo(bestScore) < 0)
            {
                (best, bestScore) = (tried, score);
            }
        }

        return best;
    }

    private HashSet<string> Drop(Choice[] free, string[] functions, CancellationToken cancellation)
    {
        HashSet<string> allowed = [.. functions];
        (double, double) bestScore = Score(free, allowed)!.Value;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            string? dropped = null;
            foreach (string function in allowed.Order(StringComparer.Ordinal))
            {
                if (Score(free, [.. allowed.Where(other => other != function)]) is { } score && score.CompareTo(bestScore) < 0)
                {
                    (dropped, bestScore) = (function, score);
                }
            }

            if (dropped is null)
            {
                return allowed;
            }

            allowed.Remove(dropped);
        }
    }

    /// <summary>What is to be smallest with these kernels, and what decides among equals; null where a node is left without one.</summary>
    private (double First, double Second)? Score(Choice[] free, HashSet<string> allowed)
    {
        double instructions = 0;
        double bytes = 0;
        var files = new SortedDictionary<string, long>(_fixedFiles, StringComparer.Ordinal);
        foreach (Choice choice in free)
        {
            if (Best(choice, allowed) is not { } option)
            {
                return null;
            }

            instructions += option.Instructions!.Value;
            bytes += option.ConstantBytes;
            foreach (string file in option.Files)
            {
                files[file] = _table.CodeBytes(file)!.Value;
            }
        }

        bytes += files.Values.Sum();
        return Rank(instructions, bytes);
    }

    private Option? Best(Choice choice, HashSet<string> allowed) => choice.Options
        .Where(option => allowed.Contains(option.Function))
        .MinBy(option => Rank(option.Instructions!.Value, option.ConstantBytes));

    private (double First, double Second) Rank(double instructions, double bytes) => _goal switch
    {
        OptimizationGoal.Speed => (instructions, bytes),
        OptimizationGoal.Size => (bytes, instructions),
        _ => ((instructions / _fastest * 100) + (bytes / BytesOfOnePercent), instructions),
    };

    private sealed record Option(string Name, string Function, string[] Files, long ConstantBytes, long? Instructions);

    private sealed class Choice(Node node, IReadOnlyList<KernelVariant> kernels, Option[] options, KernelCause cause)
    {
        private Option? _chosen;

        public Option[] Options { get; } = options;

        public KernelCause Cause { get; set; } = cause;

        public Option? Chosen
        {
            get => _chosen;
            set
            {
                _chosen = value;
                node.Kernel = value?.Name;
            }
        }

        public ChosenKernel Result() => new(node.Name, node.Kernel!, Cause,
        [
            .. node.Linked is null ? [] : new[] { new KernelOffer(node.Linked.Library, null, null, null) },
            .. kernels.Select(kernel =>
            {
                Option? option = Options.FirstOrDefault(option => option.Name == kernel.Name);
                return new KernelOffer(kernel.Name, option?.Instructions, option?.ConstantBytes, kernel.WhyNot);
            }),
        ]);
    }
}
