using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
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
        string work = Directory.CreateDirectory(Path.Combine(request.WorkFolder, folder)).FullName;
        IReadOnlyList<TestCase> made = inputs is null ? SyntheticInputs.Make(_graph, SyntheticCases) : inputs(_graph);
        _inputs = [.. made.Select(test => test.Inputs)];
        var cases = new DeviceCases(made, [.. _inputs], false);
        _managed = ManagedRun.Execute(imported, planned, cases, cancellation);
        _native = new NativeRun(new(imported, planned, firmware, settings, SimulationLevel.Host, request.Toolchain, work), cases, _managed, null, cancellation);
    }

    /// <summary>Compiles, runs and compares. Throws <see cref="DiagnosticException"/> when the layers do not compile or do not run.</summary>
    public EngineRun Run(Action? compiled = null)
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
    }

    /// <summary>
    /// Of the first case that differs the operands of the layer in question, what it should give and what it gave, by names for files; empty where none differs.
    /// </summary>
    public IReadOnlyList<(string Name, NumericArray Array)> Evidence()
    {
        if (_native.FirstMismatch is not { } mismatch)
        {
            return [];
        }

        Tensor output = _graph.Outputs[mismatch.Output];
        Node node = _graph.Producers()[output];
        var arrays = new List<(string, NumericArray)>();
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is { } operand)
            {
                int index = _graph.Inputs.IndexOf(operand);
                arrays.Add((FormattableString.Invariant($"input_{i}.npy"), new(operand.Type, operand.Shape, operand.Constant ?? _inputs[mismatch.Case][index])));
            }
        }

        int result = node.Outputs.IndexOf(output);
        arrays.Add((FormattableString.Invariant($"expected_{result}.npy"), new(output.Type, output.Shape, _managed.Outputs[mismatch.Case][mismatch.Output])));
        arrays.Add((FormattableString.Invariant($"actual_{result}.npy"), new(output.Type, output.Shape, mismatch.Actual)));
        return arrays;
    }

    /// <summary>What the compiler complained of first; null when it did not.</summary>
    public string? Complaint => _native.Complaint;

    /// <summary>The result that <see cref="Evidence"/> is about; null where none differs.</summary>
    public Tensor? Differing => _native.FirstMismatch is { } mismatch ? _graph.Outputs[mismatch.Output] : null;
}
