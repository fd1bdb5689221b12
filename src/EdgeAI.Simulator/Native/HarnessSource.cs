using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;

namespace EdgeAI.Simulator.Native;

/// <summary>
/// The main program of a native run: reads cases.bin (the inputs of each case one after another), runs the model, writes outputs.bin.
/// The first case runs step by step, and before each step all bytes of the arena that the plan has no use for then are overwritten.
/// Compiled with HARNESS_TRACE it runs the first case step by step and writes the whole arena after each step to trace.bin.
/// Compiled with HARNESS_MEASURE it also writes figures.bin: uint32 ticks of an empty window, ticks of one run, stack bytes, ticks of <see cref="InitCalls"/> initializations,
/// then ticks of each step.
/// </summary>
internal static class HarnessSource
{
    /// <summary>How many initializations are counted at once: one takes less than a tick.</summary>
    public const int InitCalls = 256;

    /// <summary>C11 text.</summary>
    public static string Main(PlannedModel planned, int cases)
    {
        Graph graph = planned.Quantized.Graph;
        string name = graph.Name;
        string[] parts = [.. planned.Plan.Regions.Skip(1).Select(region => region.Memory)];
        string upper = name.ToUpperInvariant();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            #include "edgeai_harness.h"
            #include "{{name}}.h"

            #if defined(HARNESS_BOARD)
            #define HARNESS_ARENA __attribute__((section(".arena")))
            #else
            #define HARNESS_ARENA
            #endif
            HARNESS_ARENA static {{name}}_arena arena;
            {{Lines(parts, part => $"HARNESS_ARENA static {name}_arena_{part} arena_{part};")}}
            static int read_inputs(int file)
            {
                (void)file;

            """);
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"    if (harness_read(file, {name}_input(&arena, {i}u), {upper}_INPUT_{i}_SIZE) != 0) return 1;\n");
        }

        text.Append("    return 0;\n}\n\nstatic int write_outputs(int file)\n{\n    (void)file;\n");
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"    if (harness_write(file, {name}_output(&arena, {i}u), {upper}_OUTPUT_{i}_SIZE) != 0) return 1;\n");
        }

        text.Append(CultureInfo.InvariantCulture, $$"""
                return 0;
            }

            {{Poisoning(planned)}}
            #if defined(HARNESS_MEASURE)
            enum { INIT_CALLS = {{InitCalls}} };
            static uint32_t figures[4u + {{upper}}_STEP_COUNT];

            static int measure(void)
            {
                int file = harness_open("cases.bin", HARNESS_READ);
                if (file < 0 || read_inputs(file) != 0) return 2;
                harness_close(file);
                uint32_t start = harness_ticks();
                figures[0] = harness_ticks() - start;
                harness_paint_stack();
                start = harness_ticks();
                {{name}}_run(&arena);
                figures[1] = harness_ticks() - start;
                figures[2] = harness_stack_used();
                start = harness_ticks();
                for (unsigned call = 0; call < INIT_CALLS; call++) {
                    {{name}}_init(&arena);
                }
                figures[3] = harness_ticks() - start;
                file = harness_open("cases.bin", HARNESS_READ);
                if (file < 0 || read_inputs(file) != 0) return 2;
                harness_close(file);
                for (unsigned step = 0; step < {{upper}}_STEP_COUNT; step++) {
                    start = harness_ticks();
                    {{name}}_step(&arena, step);
                    figures[4u + step] = harness_ticks() - start;
                }
                file = harness_open("figures.bin", HARNESS_WRITE);
                if (file < 0 || harness_write(file, figures, sizeof figures) != 0) return 3;
                harness_close(file);
                {{name}}_init(&arena);
                return 0;
            }
            #endif

            int harness_main(void)
            {
            {{(parts.Length == 0 ? "" : $"    {name}_place(&arena{string.Concat(parts.Select(part => $", &arena_{part}"))});")}}
                {{name}}_init(&arena);
            #if defined(HARNESS_MEASURE)
                int failed = measure();
                if (failed != 0) return failed;
            #endif
                int in = harness_open("cases.bin", HARNESS_READ);
                if (in < 0) return 4;
            #if defined(HARNESS_TRACE)
                int trace = harness_open("trace.bin", HARNESS_WRITE);
                if (trace < 0 || read_inputs(in) != 0) return 5;
                for (unsigned step = 0; step < {{upper}}_STEP_COUNT; step++) {
                    {{name}}_step(&arena, step);
                    if (harness_write(trace, &arena, sizeof arena) != 0) return 6;
            {{Lines(parts, part => $"        if (harness_write(trace, &arena_{part}, sizeof arena_{part}) != 0) return 6;")}}
                }
                harness_close(trace);
            #else
                int out = harness_open("outputs.bin", HARNESS_WRITE);
                if (out < 0) return 7;
                for (unsigned number = 0; number < {{cases}}u; number++) {
                    if (read_inputs(in) != 0) return 8;
                    if (number == 0u) {
                        for (unsigned step = 0; step < {{upper}}_STEP_COUNT; step++) {
                            poison(step);
                            {{name}}_step(&arena, step);
                        }
                    } else {
                        {{name}}_run(&arena);
                    }
                    if (write_outputs(out) != 0) return 9;
                }
                harness_close(out);
            #endif
                harness_close(in);
                return 0;
            }
            """);
        return text.Append('\n').ToString();
    }

    private static string Poisoning(PlannedModel planned)
    {
        ImmutableArray<PlannedRegion> regions = planned.Plan.Regions;
        var text = new StringBuilder("#if !defined(HARNESS_TRACE)\nstatic const uint32_t dead[][4] = {\n"); // step, part, offset in the part, bytes
        IReadOnlyList<PlanStep> steps = PlanSteps.Of(planned.Quantized.Graph, planned.Plan);
        for (int step = 0; step < steps.Count; step++)
        {
            foreach ((long offset, long size) in DeadBytes.BeforeMoves(planned.Plan, steps[step]))
            {
                for (int part = 0; part < Math.Max(1, regions.Length); part++)
                {
                    (long start, long bytes) = regions.IsEmpty ? (0, planned.Plan.ArenaBytes) : (regions[part].Start, regions[part].Bytes);
                    long from = Math.Max(offset, start);
                    long to = Math.Min(offset + size, start + bytes);
                    if (from < to)
                    {
                        text.Append(CultureInfo.InvariantCulture, $"    {{{step}u, {part}u, {from - start}u, {to - from}u}},\n");
                    }
                }
            }
        }

        string parts = string.Concat(regions.Skip(1).Select(region => $", (uint8_t *)&arena_{region.Memory}"));
        text.Append(CultureInfo.InvariantCulture, $"    {{{steps.Count}u, 0u, 0u, 0u}}\n}};\n\n");
        text.Append(CultureInfo.InvariantCulture, $$"""
            static void poison(uint32_t step)
            {
                uint8_t *const parts[] = {(uint8_t *)&arena{{parts}}};
                for (size_t i = 0; i < sizeof dead / sizeof dead[0]; i++) {
                    for (uint32_t at = 0; dead[i][0] == step && at < dead[i][3]; at++) {
                        parts[dead[i][1]][dead[i][2] + at] = 0xA5u;
                    }
                }
            }
            #endif
            """);
        return text.ToString();
    }

    private static string Lines(string[] parts, Func<string, string> line) => string.Concat(parts.Select(part => line(part) + "\n"));

    /// <summary>The text of a fixed part of the harness, a resource of this library.</summary>
    public static string Resource(string name)
    {
        using Stream stream = typeof(HarnessSource).Assembly.GetManifestResourceStream("harness/" + name)
            ?? throw new InvalidOperationException(name);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
