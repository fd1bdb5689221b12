using System.Buffers.Binary;
using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Simulator.Managed;

namespace EdgeAI.Simulator.Native;

/// <summary>What a compiled run measured beside its outputs.</summary>
internal sealed record NativeFigures(long Instructions, long InitInstructions, ImmutableArray<long> LayerInstructions, long StackBytes);

/// <summary>
/// One compiled run of a model, on this machine or on an emulated board: writes the cases, compiles, runs, compares every output with the
/// managed run, and on a difference runs the first case again step by step to name the first layer that differs.
/// </summary>
internal sealed class NativeRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly SimulationRequest _request;
    private readonly DeviceCases _cases;
    private readonly ManagedRun _managed;
    private readonly string _folder;
    private readonly CancellationToken _cancellation;
    private readonly EmulatedBoard? _board;
    private readonly NativeProgram _program;
    private readonly int _caseCount;
    private readonly EngineBounds _bounds;

    /// <summary>A run on this machine when <paramref name="board"/> is null, else on the board.</summary>
    public NativeRun(SimulationRequest request, DeviceCases cases, ManagedRun managed, EmulatedBoard? board, CancellationToken cancellation)
    {
        _request = request;
        _cases = cases;
        _managed = managed;
        _cancellation = cancellation;
        _board = board;
        _folder = Directory.CreateDirectory(Path.Combine(request.WorkFolder, board is null ? "host" : "target")).FullName;
        _bounds = new(Graph);
        _caseCount = board is null ? cases.Device.Count : Math.Min(request.Settings.TargetCases, cases.Device.Count);
        _program = board is null
            ? new NativeProgram(request.Toolchain.HostCompiler!, ["-ffp-contract=off"], _folder, Model)
            : new NativeProgram(board.Tools.Compiler(request.Toolchain)!, [.. board.CompilerFlags, "-ffreestanding"], _folder, Model);
    }

    /// <summary>The sizes of the linked image; null on this machine.</summary>
    public ElfFigures? Elf { get; private set; }

    /// <summary>Instructions and stack; null on this machine.</summary>
    public NativeFigures? Figures { get; private set; }

    /// <summary>The first output of a case that differed in the last comparison, and its bytes; null where all agreed.</summary>
    public (int Case, int Output, byte[] Actual)? FirstMismatch { get; private set; }

    /// <summary>How the program ended that did not come to its end, a phrase; null where all did.</summary>
    public string? Ending { get; private set; }

    /// <summary>What the compiler complained of first; null when it did not.</summary>
    public string? Complaint => _program.Complaint;

    private string Model => _request.Settings.Name;

    private string Engine => _board is null ? "host" : "qemu";

    private Graph Graph => _request.Planned.Quantized.Graph;

    /// <summary>Compiles and links; false when the board has no room for the image.</summary>
    public bool Build()
    {
        if (_board is not null)
        {
            long weights = Graph.Tensors().Where(tensor => tensor.IsConstant).Sum(tensor => tensor.ByteSize) * 5 / 4;
            if (_board.LinkerScript(weights, _request.Planned.Plan.ArenaBytes) is not { } script)
            {
                return false;
            }

            File.WriteAllText(Path.Combine(_folder, "board.ld"), script);
        }

        IEnumerable<string> others = _request.Firmware.Files.Select(file => file.Path)
            .Where(path => path.EndsWith("_weights.c", StringComparison.Ordinal)).Select(path => path[..^"_weights.c".Length])
            .Where(name => name != Model);
        _program.CompileLibrary(_request.Firmware, others, _cancellation);
        string program = LinkHarness("simulation", _board is null ? [] : ["-DHARNESS_MEASURE"]);
        if (_board is not null)
        {
            ElfFile image = ElfFile.Read(File.ReadAllBytes(program));
            Elf = new ElfFigures(
                image.SizeOf(".edgeai_code"), image.SizeOf(".edgeai_weights"), image.SizeOf(".edgeai_static") + image.SizeOf(".edgeai_zeroed"), null)
            {
                Symbols = Symbols(image),
            };
            CheckImages(image);
        }

        return true;
    }

    /// <summary>
    /// Runs and compares. Throws <see cref="DiagnosticException"/> when the outputs differ from the managed run's, <see cref="TimeoutException"/> that
    /// says how long it ran when it does not end in time.
    /// </summary>
    public EngineRun Execute()
    {
        EngineRun run = Compare();
        if (run.Mismatches > 0)
        {
            (string layer, string operatorName) = FirstDifference();
            throw DiagnosticCatalog.EngineDiffers.Throw(null, Engine, Model, run.Mismatches, _caseCount, run.MaxAbsError, layer, operatorName);
        }

        return run;
    }

    /// <summary>Runs and counts the cases whose outputs differ from the managed run's.</summary>
    public EngineRun Compare()
    {
        WriteCases(_caseCount);
        Start("simulation");
        ReadFigures();
        byte[] outputs = File.ReadAllBytes(Path.Combine(_folder, "outputs.bin"));
        long expected = (long)_caseCount * Graph.Outputs.Sum(tensor => tensor.ByteSize);
        if (outputs.Length != expected)
        {
            throw DiagnosticCatalog.RunFailed.Throw(null, Engine, Model, $"wrote {outputs.Length} bytes of outputs instead of {expected}");
        }

        int at = 0;
        int mismatches = 0;
        double largest = 0;
        for (int i = 0; i < _caseCount; i++)
        {
            bool differs = false;
            for (int o = 0; o < Graph.Outputs.Count; o++)
            {
                int size = (int)Graph.Outputs[o].ByteSize;
                (bool wrong, double error) = Comparison.Compare(
                    Graph.Outputs[o], _managed.Outputs[i][o], outputs.AsSpan(at, size), _bounds.Of(Graph.Outputs[o]));
                differs |= wrong;
                FirstMismatch ??= wrong ? (i, o, outputs.AsSpan(at, size).ToArray()) : null;
                largest = Math.Max(largest, error);
                at += size;
            }

            mismatches += differs ? 1 : 0;
        }

        return new EngineRun(Engine, _caseCount, mismatches, largest);
    }

    /// <summary>Compares objects and images with the plan; links another image at the target's own addresses where these are known.</summary>
    private void CheckImages(ElfFile simulated)
    {
        PlannedModel planned = _request.Planned;
        List<string> faults =
        [
            .. ImageCheck.Globals(_program.LibraryObjects.Select(name => (name, ElfFile.Read(File.ReadAllBytes(Path.Combine(_folder, name)))))),
            .. ImageCheck.Size(simulated, "arena", planned.Plan.Regions.Length > 1 ? planned.Plan.Regions[0].Bytes : planned.Plan.ArenaBytes),
            .. planned.Plan.Regions.Skip(1).SelectMany(region => ImageCheck.Size(simulated, $"arena_{region.Memory}", region.Bytes)),
        ];
        if (PlacedImage.IsPossible(planned.Target))
        {
            var placed = new PlacedImage(planned, planned.Target);
            foreach (SourceFile file in placed.Files())
            {
                File.WriteAllText(Path.Combine(_folder, file.Path), file.Text);
            }

            ElfFile image = ElfFile.Read(File.ReadAllBytes(_program.LinkLibrary(
                PlacedImage.Source, placed.Program(), PlacedImage.Image,
                ["-T", PlacedImage.Script, "-nostartfiles", .. _board!.Tools.LibraryFlags, "-Wl,--gc-sections", "-Wl,--no-warn-rwx-segments"], _cancellation)));
            faults.AddRange(ImageCheck.Placement(image, placed, Model, planned.Target));
        }

        if (faults.Count > 0)
        {
            throw DiagnosticCatalog.ImageDiffers.Throw(null, Model, planned.Target.Name, string.Join("; ", faults.Take(5)));
        }
    }

    private static ImmutableArray<FirmwareSymbol> Symbols(ElfFile image) =>
    [
        .. image.Symbols
            .Select(symbol => new FirmwareSymbol(symbol.Name, symbol.Size, symbol.Section switch
            {
                ".edgeai_code" => "code",
                ".edgeai_weights" => "weights",
                ".edgeai_static" or ".edgeai_zeroed" => "static",
                _ => "",
            }))
            .Where(symbol => symbol.Section.Length > 0)
            .OrderByDescending(symbol => symbol.Bytes).ThenBy(symbol => symbol.Name, StringComparer.Ordinal),
    ];

    private string LinkHarness(string output, IReadOnlyList<string> definitions)
    {
        var sources = new Dictionary<string, string> { ["main.c"] = HarnessSource.Main(_request.Planned, _caseCount) };
        if (_board is null)
        {
            sources.Add("host.c", HarnessSource.Resource("harness_host.c"));
            _program.CompileHarness(sources, definitions, _cancellation);
            return _program.Link(output, [], _cancellation);
        }

        sources.Add("board.c", HarnessSource.Resource("harness_board.c"));
        sources.Add(_board.Tools.HarnessFile, HarnessSource.Resource("harness_" + _board.Tools.HarnessFile));
        File.WriteAllText(Path.Combine(_folder, "edgeai_board.h"), HarnessSource.Resource("edgeai_board.h"));
        string[] counter = _board.Counter is { } address ? [FormattableString.Invariant($"-DHARNESS_COUNTER={address}u")] : [];
        _program.CompileHarness(sources, [.. definitions, "-DHARNESS_BOARD", .. counter], _cancellation);
        return _program.Link(
            output, ["-T", "board.ld", "-nostartfiles", .. _board.Tools.LibraryFlags, "-Wl,--gc-sections", "-Wl,--no-warn-rwx-segments"], _cancellation);
    }

    /// <summary>The first case, and of it the step, in which the program of <see cref="Compare"/> ends before its time; null where no case by itself does.</summary>
    public (int Case, int Step)? FirstCrash()
    {
        LinkHarness("trace", ["-DHARNESS_TRACE"]);
        string trace = Path.Combine(_folder, "trace.bin");
        for (int number = 0; number < _caseCount; number++)
        {
            WriteCases(1, number);
            File.Delete(trace);
            try
            {
                Start("trace");
            }
            catch (DiagnosticException)
            {
                long steps = File.Exists(trace) ? new FileInfo(trace).Length / Math.Max(1, _request.Planned.Plan.ArenaBytes) : 0;
                return (number, (int)Math.Min(steps, PlanSteps.Of(Graph, _request.Planned.Plan).Count - 1));
            }
        }

        return null;
    }

    private void WriteCases(int count, int first = 0)
    {
        using FileStream file = File.Create(Path.Combine(_folder, "cases.bin"));
        foreach (ImmutableArray<ReadOnlyMemory<byte>> inputs in _cases.Device.Skip(first).Take(count))
        {
            foreach (ReadOnlyMemory<byte> input in inputs)
            {
                file.Write(input.Span);
            }
        }
    }

    private void Start(string program)
    {
        string path = Path.Combine(_folder, program);
        (int exitCode, string output) = _board is null
            ? ToolRun.Run(path, [], _folder, Limit, _cancellation)
            : ToolRun.Run(_board.Tools.Emulator(_request.Toolchain)!,
                [.. _board.EmulatorFlags, "-kernel", program, "-nographic", "-monitor", "none", "-serial", "none", "-icount", "shift=0,sleep=off",
                    "-semihosting-config", "enable=on,target=native"], _folder, Limit, _cancellation);
        if (exitCode != 0)
        {
            if (exitCode == -1)
            {
                throw new TimeoutException(FormattableString.Invariant($"passed its limit of {Limit.TotalMinutes:F0} minutes"));
            }

            string how = exitCode == 99 && _board is not null ? "ended in a processor fault"
                : $"ended with code {exitCode}{(output.Trim() is { Length: > 0 } said ? $": {said}" : "")}";
            Ending = how;
            throw DiagnosticCatalog.RunFailed.Throw(null, Engine, Model, how);
        }
    }

    private void ReadFigures()
    {
        if (_board is null)
        {
            return;
        }

        byte[] figures = File.ReadAllBytes(Path.Combine(_folder, "figures.bin"));
        long Ticks(int index) => BinaryPrimitives.ReadUInt32LittleEndian(figures.AsSpan(index * 4));
        long Instructions(int index) => Math.Max(0, Ticks(index) - Ticks(0)) * _board.InstructionsPerTick;
        long stack = Ticks(2);
        long[] layers = new long[Graph.Nodes.Count];
        IReadOnlyList<PlanStep> steps = PlanSteps.Of(Graph, _request.Planned.Plan);
        for (int step = 0; step < steps.Count; step++)
        {
            layers[steps[step].NodeIndex] += Instructions(4 + step);
        }

        Figures = new NativeFigures(Instructions(1), (Instructions(3) + HarnessSource.InitCalls - 1) / HarnessSource.InitCalls, [.. layers], stack);
        Elf = Elf! with { StackBytes = stack };
    }

    private (string Layer, string Operator) FirstDifference()
    {
        LinkHarness("trace", ["-DHARNESS_TRACE"]);
        Start("trace");
        byte[] trace = File.ReadAllBytes(Path.Combine(_folder, "trace.bin"));
        IReadOnlyList<PlanStep> steps = PlanSteps.Of(Graph, _request.Planned.Plan);
        int arenaBytes = trace.Length / Math.Max(1, steps.Count);
        int number = 0;
        foreach (byte[] arena in ManagedRun.Trace(_request.Planned, _cases, _cancellation))
        {
            PlanStep step = steps[number];
            for (int i = 0; i < step.Node.Outputs.Count; i++)
            {
                Tensor output = step.Node.Outputs[i];
                if (step.Outputs[i] < 0)
                {
                    continue;
                }

                int size = (int)output.ByteSize;
                ReadOnlySpan<byte> actual = trace.AsSpan((number * arenaBytes) + (int)step.Outputs[i], size);
                if (Comparison.Compare(output, arena.AsSpan((int)step.Outputs[i], size), actual, _bounds.Of(output)).Differs)
                {
                    return (step.Node.Source, step.Node.Operator);
                }
            }

            number++;
        }

        return ("not in the first case", "the layers of the first case agree");
    }
}
