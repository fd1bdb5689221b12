using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Settings;
using EdgeAI.Simulator.Managed;
using EdgeAI.Simulator.Native;

namespace EdgeAI.Simulator;

/// <summary>Layers of a planned model by themselves: their operands are a graph's inputs and their results its outputs; compiled for this machine.</summary>
internal sealed class LayersUnderCheck
{
    private const int SyntheticCases = 4;

    private readonly Graph _graph;
    private readonly ImmutableArray<ImmutableArray<ReadOnlyMemory<byte>>> _inputs;
    private readonly ManagedRun _managed;
    private readonly NativeRun _native;
    private readonly MemoryPlan _plan;
    private (int Case, Node Node)? _crashed;

    /// <summary>Plans, generates and runs the layers in managed code; <paramref name="inputs"/> makes the cases, synthetic ones where it is left out.</summary>
    public LayersUnderCheck(
        SimulationRequest request, IReadOnlyList<Node> nodes, string folder, Func<Graph, IReadOnlyList<TestCase>>? inputs, CancellationToken cancellation)
    {
        _graph = new Graph { Name = "layer_under_check", Nodes = [.. nodes], Outputs = [.. nodes.SelectMany(node => node.Outputs)] };
        foreach (Tensor input in nodes.SelectMany(node => node.Inputs).OfType<Tensor>().Where(tensor => !tensor.IsConstant).Distinct(ReferenceEqualityComparer.Instance).Cast<Tensor>())
        {
            _graph.Inputs.Add(input);
        }

        var said = new List<Diagnostic>();
        var imported = new ImportedModel(_graph, request.Planned.Quantized.Source);
        var quantized = new QuantizedModel(_graph, imported.Source, "None", false, 0, new BorderLayouts(
            [.. _graph.Inputs.Select(_ => ImmutableArray<int>.Empty)], [.. _graph.Outputs.Select(_ => ImmutableArray<int>.Empty)]));
        var settings = new ModelSettings { Name = _graph.Name };
        PlannedModel planned = PlanStage.Run(quantized, request.Planned.Target with { Regions = [] }, settings, said, cancellation)
            with { LinkedFiles = request.Planned.LinkedFiles };
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(planned.Target, [planned], said), said, cancellation);
        _plan = planned.Plan;
        string work = Directory.CreateDirectory(Path.Combine(request.WorkFolder, folder)).FullName;
        IReadOnlyList<TestCase> made = inputs is null ? SyntheticInputs.Make(_graph, SyntheticCases) : inputs(_graph);
        _inputs = [.. made.Select(test => test.Inputs)];
        var cases = new DeviceCases(made, [.. _inputs], false);
        _managed = ManagedRun.Execute(imported, planned, cases, cancellation);
        _native = new NativeRun(new(imported, planned, firmware, settings, SimulationLevel.Host, request.Toolchain, work), cases, _managed, null, cancellation);
    }

    /// <summary>
    /// Compiles, runs and compares; null where the program ends before its time (<see cref="Ending"/>). Throws <see cref="DiagnosticException"/> when the layers do not compile,
    /// or pass the limit of time.
    /// </summary>
    public EngineRun? Run(Action? compiled = null)
    {
        _native.Build();
        compiled?.Invoke();
        try
        {
            return _native.Compare();
        }
        catch (TimeoutException limit)
        {
            throw DiagnosticCatalog.RunFailed.Throw(null, "host", _graph.Name, limit.Message);
        }
        catch (DiagnosticException) when (_native.Ending is not null)
        {
            if (_native.FirstCrash() is { } crash)
            {
                _crashed = (crash.Case, PlanSteps.Of(_graph, _plan)[crash.Step].Node);
            }

            return null;
        }
    }

    /// <summary>What the compiler complained of first; null when it did not.</summary>
    public string? Complaint => _native.Complaint;

    /// <summary>How the program ended that did not come to its end, a phrase.</summary>
    public string? Ending => _native.Ending;

    /// <summary>The layer that gives other results, or in which the program ends before its time; null where there is none, or it cannot be told.</summary>
    public Node? Faulty => _crashed?.Node ?? (Differing is { } output ? _graph.Producers()[output] : null);

    /// <summary>The first result that differs; null where none does.</summary>
    public Tensor? Differing => _native.FirstMismatch is { } mismatch ? _graph.Outputs[mismatch.Output] : null;

    /// <summary>
    /// Of the first case in which <see cref="Faulty"/> goes wrong writes its operands, what it should give and what it gave, where it came so far, as .npy; tells where in a sentence
    /// behind a space. Empty where there is nothing to write or nowhere.
    /// </summary>
    /// <param name="request">Whose folder for evidence it is.</param>
    /// <param name="function">The user's function: the name of a folder in it.</param>
    public string WriteEvidence(SimulationRequest request, string function)
    {
        IReadOnlyList<(string Name, NumericArray Array)> evidence = Evidence();
        if (request.EvidenceFolder is not { } folder || evidence.Count == 0)
        {
            return "";
        }

        string place = Path.Combine(folder, function);
        Directory.CreateDirectory(place);
        foreach ((string name, NumericArray array) in evidence)
        {
            File.WriteAllBytes(Path.Combine(place, name), NpyFormat.Write(array));
        }

        string shown = request.Settings.ProjectFolder.Length > 0 ? request.Settings.Display(place) : place;
        return _crashed is null ? $" Operands and both results are in '{shown}'." : $" Operands and what they should give are in '{shown}'.";
    }

    private List<(string Name, NumericArray Array)> Evidence()
    {
        var arrays = new List<(string, NumericArray)>();
        if (Faulty is not { } node)
        {
            return arrays;
        }

        int number = _crashed?.Case ?? _native.FirstMismatch!.Value.Case;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is { } operand)
            {
                int index = _graph.Inputs.IndexOf(operand);
                arrays.Add((FormattableString.Invariant($"input_{i}.npy"), new(operand.Type, operand.Shape, operand.Constant ?? _inputs[number][index])));
            }
        }

        for (int i = 0; i < node.Outputs.Count; i++)
        {
            Tensor output = node.Outputs[i];
            if (_crashed is not null || output == Differing)
            {
                arrays.Add((FormattableString.Invariant($"expected_{i}.npy"), new(output.Type, output.Shape, _managed.Outputs[number][_graph.Outputs.IndexOf(output)])));
            }

            if (_native.FirstMismatch is { } mismatch && output == Differing)
            {
                arrays.Add((FormattableString.Invariant($"actual_{i}.npy"), new(output.Type, output.Shape, mismatch.Actual)));
            }
        }

        return arrays;
    }
}
