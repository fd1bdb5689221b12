using System.Globalization;
using System.Text;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Compiler.Tests.Operators;

namespace EdgeAI.Compiler.Tests.Emission;

/// <summary>A generated library in a folder of its own, and the compilers that try it.</summary>
internal sealed class FirmwareProject : IDisposable
{
    private const string Warnings = "-Wall -Wextra -Wconversion -Wshadow -Wpedantic -Wcast-align -Werror";

    public FirmwareProject(FirmwareSources sources)
    {
        Sources = sources;
        Folder = Directory.CreateTempSubdirectory("edgeai-firmware-").FullName;
        foreach (SourceFile file in sources.Files)
        {
            File.WriteAllText(Path.Combine(Folder, file.Path), file.Text);
        }
    }

    public FirmwareSources Sources { get; }

    public string Folder { get; }

    /// <summary>Plans and generates float graphs for a target.</summary>
    public static FirmwareSources Generate(params IReadOnlyList<Graph> graphs) => GenerateStage.Run(Plan(graphs), [], CancellationToken.None);

    /// <summary>The plan of graphs for one target.</summary>
    public static FirmwarePlan Plan(IReadOnlyList<Graph> graphs)
    {
        TargetDescription target = TargetCatalog.Get("cortex-m4");
        return PlanStage.Combine(target,
        [
            .. graphs.Select(graph => PlanStage.Run(
                new(graph, new($"models/{graph.Name}.onnx", "0123456789abcdef", "onnx"), "None", true, 0,
                    new([.. graph.Inputs.Select(_ => System.Collections.Immutable.ImmutableArray<int>.Empty)], [.. graph.Outputs.Select(_ => System.Collections.Immutable.ImmutableArray<int>.Empty)])),
                target, new ModelSettings { Name = graph.Name }, [], CancellationToken.None)),
        ], []);
    }

    /// <summary>Compiles every source and every header with the strictest warnings; tells which compilers are missing.</summary>
    public void CompileEverywhere(TestContext context)
    {
        (string Compiler, string Flags)[] machines =
        [
            ("gcc", ""), ("clang", ""), ("arm-none-eabi-gcc", "-mcpu=cortex-m0plus -mthumb"),
            ("arm-none-eabi-gcc", "-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard"), ("arm-none-eabi-gcc", "-mcpu=cortex-m55 -mthumb -mfloat-abi=hard"),
        ];
        string cFiles = string.Join(' ', Sources.Files.Select(file => file.Path).Where(path => path.EndsWith(".c", StringComparison.Ordinal)));
        foreach ((string compiler, string flags) in machines)
        {
            Compile(context, compiler, $"{flags} -std=c11 -O2 {Warnings} -DEDGEAI_LAYER_HOOK -fsyntax-only {cFiles}");
            Compile(context, compiler, $"{flags} -std=c11 -O2 {Warnings} -fsyntax-only {cFiles}");
        }

        string[] headers = [.. Sources.Files.Select(file => file.Path).Where(path => path.EndsWith(".h", StringComparison.Ordinal))];
        foreach (string header in headers)
        {
            File.WriteAllText(Path.Combine(Folder, header + ".cpp"), $"#include \"{header}\"\n#include \"{header}\"\n");
        }

        string cppFiles = string.Join(' ', headers.Select(header => header + ".cpp"));
        Compile(context, "g++", $"-std=c++17 {Warnings} -fsyntax-only {cppFiles}");
        Compile(context, "clang++", $"-std=c++17 {Warnings} -fsyntax-only {cppFiles}");
    }

    /// <summary>
    /// Compiles one model with a main program under the sanitizers and runs it on the given inputs, those of each run behind one another: so many
    /// runs after each of so many calls of init. The bytes of all outputs, or null without gcc.
    /// </summary>
    public byte[]? Run(TestContext context, Graph graph, IEnumerable<byte[]> inputs, int starts = 1, int runs = 1)
    {
        if (!KernelHarness.HasCompiler)
        {
            context.WriteLine("gcc was not found: the generated C was not run");
            return null;
        }

        string name = graph.Name;
        string upper = name.ToUpperInvariant();
        var main = new StringBuilder();
        main.Append(CultureInfo.InvariantCulture, $$"""
            #include <stdio.h>
            #include <string.h>
            #include "edgeai_firmware.h"
            static edgeai_firmware_arena memory;
            int main(void)
            {
                {{name}}_arena *arena = &memory.{{name}}_memory;
                memset(&memory, 0xA5, sizeof memory);
                FILE *in = fopen("in.bin", "rb");
                FILE *out = fopen("out.bin", "wb");
                if (!in || !out) return 1;
                if ({{name}}_input(arena, {{upper}}_INPUT_COUNT) || {{name}}_output(arena, {{upper}}_OUTPUT_COUNT)) return 2;
                for (int run = 0; run < {{starts * runs}}; run++) {
                if (run % {{runs}} == 0) {{name}}_init(arena);

            """);
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            main.Append(CultureInfo.InvariantCulture, $"    if (fread({name}_input(arena, {i}u), 1, {upper}_INPUT_{i}_SIZE, in) != {upper}_INPUT_{i}_SIZE) return 3;\n");
        }

        main.Append(CultureInfo.InvariantCulture, $"    {name}_run(arena);\n");
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            main.Append(CultureInfo.InvariantCulture, $"    if (fwrite({name}_output(arena, {i}u), 1, {upper}_OUTPUT_{i}_SIZE, out) != {upper}_OUTPUT_{i}_SIZE) return 4;\n");
        }

        main.Append("    }\n    fclose(in);\n    fclose(out);\n    return 0;\n}\n");
        File.WriteAllText(Path.Combine(Folder, "main.c"), main.ToString());
        File.WriteAllBytes(Path.Combine(Folder, "in.bin"), [.. inputs.SelectMany(bytes => bytes)]);
        (int exitCode, string output) = KernelHarness.Run(
            "gcc", "-std=c11 -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -I . " + string.Join(' ', Directory.GetFiles(Folder, "*.c").Order(StringComparer.Ordinal)) + " -lm -o run", Folder);
        Assert.AreEqual(0, exitCode, output);
        (exitCode, output) = KernelHarness.Run(Path.Combine(Folder, "run"), "", Folder);
        Assert.AreEqual(0, exitCode, output);
        return File.ReadAllBytes(Path.Combine(Folder, "out.bin"));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Compile(TestContext context, string compiler, string arguments)
    {
        if (!KernelHarness.Starts(compiler))
        {
            context.WriteLine($"{compiler} was not found: nothing was compiled with it");
            return;
        }

        (int exitCode, string output) = KernelHarness.Run(compiler, arguments, Folder);
        Assert.AreEqual(0, exitCode, $"{compiler} {arguments}\n{output}");
    }
}
