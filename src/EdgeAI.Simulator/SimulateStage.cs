using System.Collections.Immutable;
using System.Text.Json;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Simulator.Managed;
using EdgeAI.Simulator.Native;

namespace EdgeAI.Simulator;

/// <summary>The least that must have run (<c>EdgeAISimulation</c>).</summary>
public enum SimulationLevel
{
    /// <summary>Everything the machine has runs; what is missing is told.</summary>
    Available,
    /// <summary>The managed run; nothing else is started.</summary>
    Managed,
    /// <summary>The host run must happen.</summary>
    Host,
    /// <summary>The target run must happen.</summary>
    Target,
}

/// <summary>What simulation reads.</summary>
/// <param name="Imported">The float reference (or the file's own integers).</param>
/// <param name="Planned">What was generated.</param>
/// <param name="Firmware">The generated library that holds the model.</param>
/// <param name="Settings">Test data, labels, number of target cases.</param>
/// <param name="Level">What must run.</param>
/// <param name="Toolchain">What the machine has.</param>
/// <param name="WorkFolder">An existing folder of the simulation's own for objects and images; may be deleted afterwards.</param>
public sealed record SimulationRequest(
    ImportedModel Imported, PlannedModel Planned, FirmwareSources Firmware, ModelSettings Settings, SimulationLevel Level,
    Toolchain Toolchain, string WorkFolder)
{
    /// <summary>A folder for what shows a fault of a user's kernel, made where there is one; null: nothing is written.</summary>
    public string? EvidenceFolder { get; init; }

    /// <summary>Reads the model file again, to follow it from there where outputs are not as expected; null: it is not at hand.</summary>
    public Func<ImportRequest>? ReadModel { get; init; }

    /// <summary>What paths of the arrays in <see cref="SimulationResult.Arrays"/> start with where the caller keeps them; null: it does not.</summary>
    public string? ArrayPrefix { get; init; }

    /// <summary>Told of the run at hand; null for silence.</summary>
    public IProgress<StageProgress>? Progress { get; init; }

    /// <summary>Tells what begins.</summary>
    internal void Tell(string step) => Progress?.Report(new(step, 0, 0));
}

/// <summary>Everything above + test data → <see cref="SimulationResult"/>.</summary>
public static class SimulateStage
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.</summary>
    public static SimulationResult Run(SimulationRequest request, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        DeviceCases cases = DeviceCases.Load(request.Imported, request.Planned.Quantized, request.Settings, diagnostics);
        InputScales.Check(request.Imported, request.Planned.Quantized, cases, request.Settings, diagnostics);
        request.Tell("managed run");
        ManagedRun managed = ManagedRun.Execute(request.Imported, request.Planned, cases, cancellation);
        ExpectedOutputs expected = ExpectedOutputs.Compare(request, managed, cases);
        bool isMadeInteger = managed.FloatOutputs.Length > 0;
        var engines = new List<EngineRun> { new("managed", cases.File.Count, isMadeInteger ? 0 : expected.Mismatches, isMadeInteger ? 0 : expected.LargestError) };
        (DivergenceFigures? divergence, ImmutableArray<(string, byte[])> arrays) = DivergenceReport.Make(request, expected, cases, isMadeInteger, diagnostics, cancellation);
        var skipped = new List<SkippedEngine>();

        LabelOrder.Check(managed, request.Planned, cases, request.Settings.Name, diagnostics);
        ImmutableArray<NoiseCurve> noise = NoiseRun.Execute(request, cases, diagnostics, cancellation);
        UserKernels.Check(request, diagnostics, cancellation);
        RunHost(request, cases, managed, engines, skipped, cancellation);
        NativeRun? target = RunTarget(request, cases, managed, engines, skipped, cancellation);

        IList<Node> nodes = request.Planned.Quantized.Graph.Nodes;
        return new SimulationResult
        {
            Engines = [.. engines],
            Skipped = [.. skipped],
            Accuracy = Accuracy.Of(managed, request.Planned, cases) is { } accuracy ? accuracy with { Noise = noise } : null,
            Elf = target?.Elf,
            Instructions = target?.Figures?.Instructions,
            InitInstructions = target?.Figures?.InitInstructions,
            Divergence = divergence,
            Arrays = arrays,
            Layers =
            [
                .. nodes.Select((node, i) => new LayerFigures(
                    node.Name,
                    cases.AreReal && managed.Layers[i] is { } layer ? Accuracy.Decibels(layer.Signal, layer.Noise) : null,
                    target?.Figures?.LayerInstructions[i])
                {
                    IsolatedSqnrDb = cases.AreReal && managed.Isolated[i] is { } alone ? Accuracy.Decibels(alone.Signal, alone.Noise) : null,
                    ClippingRate = cases.AreReal && managed.Isolated[i] is { Elements: > 0 } clipped ? (double)clipped.Clipped / clipped.Elements : null,
                }),
            ],
        };
    }

    /// <summary>The result where nothing could run.</summary>
    /// <param name="reason">Why, in one sentence without a full stop.</param>
    public static SimulationResult NotRun(string reason) =>
        new() { Skipped = [new("managed", reason), new("host", reason), new("qemu", reason)] };

    /// <summary>The file form: indented JSON, <c>\n</c>, invariant.</summary>
    public static string ToJson(SimulationResult result) => JsonSerializer.Serialize(result, Json) + "\n";

    /// <summary>Reads the file form. Throws <see cref="JsonException"/>.</summary>
    public static SimulationResult FromJson(string json) =>
        JsonSerializer.Deserialize<SimulationResult>(json, Json) ?? throw new JsonException("null");

    private static void RunHost(
        SimulationRequest request, DeviceCases cases, ManagedRun managed, List<EngineRun> engines, List<SkippedEngine> skipped,
        CancellationToken cancellation)
    {
        string? reason = request.Level == SimulationLevel.Managed ? "EdgeAISimulation is Managed"
            : request.Toolchain.HostCompiler is null ? "no C compiler (cc, gcc or clang) is on the PATH" : null;
        if (reason is null)
        {
            request.Tell("run of the C on this machine");
            var host = new NativeRun(request, cases, managed, null, cancellation);
            host.Build();
            reason = Execute(request, host, "host", request.Level == SimulationLevel.Host, engines);
            if (reason is null)
            {
                return;
            }
        }

        if (request.Level == SimulationLevel.Host)
        {
            throw Impossible(request, "host", reason, "Install gcc or clang, or set EdgeAISimulation to Managed.");
        }

        skipped.Add(new SkippedEngine("host", reason));
    }

    private static NativeRun? RunTarget(
        SimulationRequest request, DeviceCases cases, ManagedRun managed, List<EngineRun> engines, List<SkippedEngine> skipped,
        CancellationToken cancellation)
    {
        string core = request.Planned.Target.Core;
        EmulatedBoard? board = EmulatedBoard.For(core);
        NativeRun? target = null;
        string? reason = request.Level is SimulationLevel.Managed or SimulationLevel.Host ? $"EdgeAISimulation is {request.Level}"
            : core == "host" ? "the target is the machine that builds; its run is the host run"
            : board is null ? $"no emulated board runs code for {core}"
            : board.Tools.Compiler(request.Toolchain) is null ? $"{board.Tools.CompilerName} is not on the PATH"
            : null;
        if (reason is null)
        {
            request.Tell("run of the C on the target");
            target = new NativeRun(request, cases, managed, board, cancellation);
            if (!target.Build())
            {
                target = null;
                reason = $"the emulated board {board!.Machine} has no memory of the model's size";
            }
            else if (board!.Tools.Emulator(request.Toolchain) is null)
            {
                reason = $"{board.Tools.EmulatorName} is not on the PATH";
            }
            else
            {
                bool isAskedFor = request.Level == SimulationLevel.Target;
                reason = (isAskedFor ? null : EmulationCost.WhyNot(request.Planned)) ?? Execute(request, target, "qemu", isAskedFor, engines);
            }
        }

        if (reason is not null)
        {
            if (request.Level == SimulationLevel.Target && core != "host")
            {
                string install = board is null ? "Choose" : $"Install {board.Tools.Packages}, choose";
                throw Impossible(request, "target", reason, $"{install} another target, or set EdgeAISimulation to Host or Managed.");
            }

            skipped.Add(new SkippedEngine("qemu", reason));
        }

        return target;
    }

    /// <summary>Runs; the reason where it did not end in time, an error where that run was asked for.</summary>
    private static string? Execute(SimulationRequest request, NativeRun run, string engine, bool isAskedFor, List<EngineRun> engines)
    {
        try
        {
            engines.Add(run.Execute());
            return null;
        }
        catch (TimeoutException limit) when (!isAskedFor)
        {
            return $"the run {limit.Message}";
        }
        catch (TimeoutException limit)
        {
            throw DiagnosticCatalog.RunFailed.Throw(null, engine, request.Settings.Name, limit.Message);
        }
    }

    private static DiagnosticException Impossible(SimulationRequest request, string run, string reason, string wayOut) =>
        DiagnosticCatalog.SimulationImpossible.Throw(
            null, request.Level, run, request.Settings.Name, request.Planned.Target.Name, reason, wayOut);
}
