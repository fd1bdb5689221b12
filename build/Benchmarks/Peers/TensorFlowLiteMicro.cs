using System.Buffers.Binary;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Simulator;
using EdgeAI.Simulator.Native;

namespace Benchmarks;

/// <summary>What a model took with TensorFlow Lite Micro, counted in this run.</summary>
/// <param name="Instructions">Of one inference.</param>
/// <param name="InitInstructions">Of making the interpreter and allocating its tensors.</param>
/// <param name="ArenaBytes">In use, as the interpreter tells.</param>
/// <param name="Mismatches">Bytes of the outputs that differ from our managed run's.</param>
internal sealed record PeerRun(long Instructions, long InitInstructions, long ArenaBytes, int Mismatches);

/// <summary>
/// TensorFlow Lite Micro with CMSIS-NN, built for a core from sources below one folder (tflite-micro, CMSIS-NN, flatbuffers, gemmlowp, ruy), with its release flags:
/// the core at -Os, kernels at -O2. Objects are kept there, in edgeai-build/[core].
/// </summary>
internal sealed class TensorFlowLiteMicro
{
    private static readonly string[] Folders = ["tflite-micro", "CMSIS-NN", "flatbuffers", "gemmlowp", "ruy"];

    private static readonly string[] CoreSources =
    [
        "tensorflow/compiler/mlir/lite/core/api/error_reporter.cc", "tensorflow/compiler/mlir/lite/schema/schema_utils.cc",
        "tensorflow/lite/core/c/common.cc", "tensorflow/lite/kernels/kernel_util.cc",
    ];

    private static readonly string[] CoreFolders =
    [
        "tensorflow/lite/core/api", "tensorflow/lite/kernels/internal", "tensorflow/lite/kernels/internal/reference", "tensorflow/lite/micro",
        "tensorflow/lite/micro/arena_allocator", "tensorflow/lite/micro/memory_planner", "tensorflow/lite/micro/tflite_bridge",
    ];

    private static readonly string[] Kernels =
    [
        "add_common.cc", "conv_common.cc", "depthwise_conv_common.cc", "fully_connected_common.cc", "kernel_util.cc", "pooling_common.cc", "reshape.cc",
        "reshape_common.cc", "softmax_common.cc", "cmsis_nn/add.cc", "cmsis_nn/conv.cc", "cmsis_nn/depthwise_conv.cc", "cmsis_nn/fully_connected.cc",
        "cmsis_nn/pooling.cc", "cmsis_nn/softmax.cc",
    ];

    private readonly string _folder;
    private readonly string _build;
    private readonly EmulatedBoard _board;
    private readonly Toolchain _tools = Toolchain.Find(Environment.GetEnvironmentVariable("PATH"));

    private TensorFlowLiteMicro(string folder, string core)
    {
        _folder = folder;
        _board = EmulatedBoard.For(core)!;
        _build = Directory.CreateDirectory(Path.Combine(folder, "edgeai-build", core)).FullName;
    }

    private string Harness { get; } = Path.Combine(Measurement.FindRepository(), "src", "EdgeAI.Simulator", "harness");

    private string CppCompiler => Path.Combine(Path.GetDirectoryName(_tools.ArmCompiler!)!, "arm-none-eabi-g++");

    private string[] Flags =>
    [
        .. _board.CompilerFlags, "-ffunction-sections", "-fdata-sections", "-fmessage-length=0", "-DTF_LITE_STATIC_MEMORY", "-DTF_LITE_DISABLE_X86_NEON", "-DNDEBUG",
        "-DTF_LITE_STRIP_ERROR_STRINGS", "-DCMSIS_NN", "-DARM_NN_ENABLE_F16=0", "-DARM_NN_ENABLE_F32=0", "-w", $"-I{_folder}", $"-I{Harness}",
        .. new[] { "tflite-micro", "CMSIS-NN", "CMSIS-NN/Include", "flatbuffers/include", "gemmlowp", "ruy" }.Select(include => $"-I{Path.Combine(_folder, include)}"),
    ];

    private static string[] CppFlags { get; } =
        ["-std=c++17", "-fno-rtti", "-fno-exceptions", "-fno-threadsafe-statics", "-fno-unwind-tables", "-fno-asynchronous-unwind-tables", "-funsigned-char"];

    /// <summary>The peer for a core, built; null where the folder lacks its sources.</summary>
    public static TensorFlowLiteMicro? Find(string folder, string core)
    {
        if (!Folders.All(part => Directory.Exists(Path.Combine(folder, part))))
        {
            return null;
        }

        var peer = new TensorFlowLiteMicro(Path.GetFullPath(folder), core);
        peer.Compile();
        return peer;
    }

    /// <summary>Runs a TFLite model on random inputs, compares its outputs with our managed run's, and counts.</summary>
    public PeerRun Run(string path)
    {
        string work = Directory.CreateTempSubdirectory("edgeai-peer-").FullName;
        try
        {
            File.Copy(path, Path.Combine(work, "model.tflite"));
            File.WriteAllText(Path.Combine(work, "model.s"),
                ".section .rodata.model, \"a\"\n.balign 16\n.global peer_model\npeer_model:\n.incbin \"model.tflite\"\n");
            File.WriteAllText(Path.Combine(work, "board.ld"), _board.LinkerScript(0, 0)!);
            Tool(CppCompiler,
                [
                    .. Flags, "-Os", "-o", "peer", "model.s", .. Directory.GetFiles(_build, "*.o").Order(StringComparer.Ordinal), "-T", "board.ld", "-nostartfiles",
                    "--specs=nano.specs", "--specs=nosys.specs", "-Wl,--gc-sections", "-Wl,--no-warn-rwx-segments", "-Wl,--defsym=end=harness_stack_bottom", "-lm",
                ], work);
            GraphExecutor expected = Expected(path, Path.Combine(work, "cases.bin"));
            Tool(_tools.ArmEmulator!,
                [
                    .. _board.EmulatorFlags, "-kernel", "peer", "-nographic", "-monitor", "none", "-serial", "none", "-icount", "shift=0,sleep=off",
                    "-semihosting-config", "enable=on,target=native",
                ], work);
            byte[] figures = File.ReadAllBytes(Path.Combine(work, "figures.bin"));
            long Figure(int index) => BinaryPrimitives.ReadUInt32LittleEndian(figures.AsSpan(index * 4));
            byte[] outputs = File.ReadAllBytes(Path.Combine(work, "outputs.bin"));
            byte[] ours = [.. expected.Graph.Outputs.SelectMany((_, i) => expected.Output(i).ToArray())];
            return new((Figure(1) - Figure(0)) * _board.InstructionsPerTick, (Figure(2) - Figure(0)) * _board.InstructionsPerTick, Figure(3),
                ours.Length == outputs.Length ? ours.Zip(outputs).Count(pair => pair.First != pair.Second) : Math.Max(ours.Length, outputs.Length));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static GraphExecutor Expected(string path, string cases)
    {
        (_, PlannedModel planned, _) = Measurement.Build(path, "host", new List<Diagnostic>());
        var executor = new GraphExecutor(planned.Quantized.Graph);
        var random = new Random(1);
        using FileStream file = File.Create(cases);
        for (int i = 0; i < executor.Graph.Inputs.Count; i++)
        {
            byte[] bytes = new byte[executor.Graph.Inputs[i].ByteSize];
            random.NextBytes(bytes);
            file.Write(bytes);
            executor.SetInput(i, bytes);
        }

        executor.Run();
        return executor;
    }

    private void Compile()
    {
        string sources = Path.Combine(_folder, "tflite-micro");
        IEnumerable<string> core = CoreSources.Select(file => Path.Combine(sources, file)).Concat(CoreFolders.SelectMany(folder =>
            Directory.GetFiles(Path.Combine(sources, folder), "*.cc").Where(file => !IsTest(Path.GetFileName(file)))));
        IEnumerable<string> kernels = Kernels.Select(file => Path.Combine(sources, "tensorflow", "lite", "micro", "kernels", file)).Where(File.Exists)
            .Concat(Directory.GetFiles(Path.Combine(_folder, "CMSIS-NN", "Source"), "*.c", SearchOption.AllDirectories).Where(IsInteger));
        string[] harness = [Path.Combine(AppContext.BaseDirectory, "tflm_main.cc"), Path.Combine(Harness, "harness_board.c"), Path.Combine(Harness, "harness_cortex_m.c")];
        Parallel.ForEach(
            core.Select(file => (file, "-Os")).Concat(kernels.Select(file => (file, "-O2"))).Concat(harness.Select(file => (file, "-O2"))),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, item => Compile(item.file, item.Item2));
    }

    private static bool IsTest(string name) => name.Contains("_test", StringComparison.Ordinal) || name.StartsWith("test_", StringComparison.Ordinal)
        || name.StartsWith("fake_", StringComparison.Ordinal) || name.StartsWith("mock_", StringComparison.Ordinal);

    private static bool IsInteger(string file) => !file.EndsWith("_f16.c", StringComparison.Ordinal) && !file.EndsWith("_f32.c", StringComparison.Ordinal)
        && !file.EndsWith("_flt.c", StringComparison.Ordinal);

    private void Compile(string source, string level)
    {
        string name = source.StartsWith(_folder, StringComparison.Ordinal)
            ? Path.GetRelativePath(_folder, source).Replace(Path.DirectorySeparatorChar, '_') : Path.GetFileName(source);
        string target = Path.Combine(_build, name + ".o");
        if (File.Exists(target) && File.GetLastWriteTimeUtc(target) >= File.GetLastWriteTimeUtc(source))
        {
            return;
        }

        bool isC = source.EndsWith(".c", StringComparison.Ordinal);
        string[] counter = _board.Counter is { } address ? [FormattableString.Invariant($"-DHARNESS_COUNTER={address}u")] : [];
        string temporary = target + ".new";
        Tool(isC ? _tools.ArmCompiler! : CppCompiler,
            [.. Flags, .. isC ? ["-std=gnu17"] : CppFlags, .. counter, "-DHARNESS_BOARD", level, "-c", "-o", temporary, source], _build);
        File.Move(temporary, target, overwrite: true);
    }

    private static void Tool(string tool, string[] arguments, string folder)
    {
        (int exitCode, string output) = ToolRun.Run(tool, arguments, folder, TimeSpan.FromMinutes(10), CancellationToken.None);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{tool} ended with {exitCode}: {output[..Math.Min(2000, output.Length)]}");
        }
    }
}
