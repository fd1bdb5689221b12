using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Tests;

/// <summary>A small library of kernels of a user: linked in place of ours, and found out when it is wrong.</summary>
[TestClass]
public sealed class LinkedKernelTests
{
    private const string Right = """
        #include "own.h"
        #include "edgeai_requantize.h"
        void own_fully_connected(const edgeai_fully_connected_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y, void *scratch)
        {
            int16_t *wide = (int16_t *)scratch;
            for (int32_t row = 0; row < p->rows; row++, x += p->depth, y += p->outputs) {
                for (int32_t k = 0; k < p->depth; k++) wide[k] = x[k];
                for (int32_t o = 0; o < p->outputs; o++) {
                    int32_t sum = p->bias[o];
                    for (int32_t k = 0; k < p->depth; k++) sum += wide[k] * (weights[o * p->depth + k] - p->weight_zero_point);
                    const int32_t channel = o * p->channel_step;
                    const int32_t scaled = edgeai_requantize(sum, p->multipliers[channel], p->shifts[channel]);
                    y[o] = (int8_t)edgeai_clamp(scaled + p->output_zero_point, p->minimum, p->maximum);
                }
            }
        }
        """;

    private static readonly Toolchain Tools = Toolchain.Find(Environment.GetEnvironmentVariable("PATH"));

    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-linked-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_right_kernel_is_linked_in_place_of_ours()
    {
        (PlannedModel planned, FirmwareSources firmware, Func<SimulationResult> run) = Build(Right);
        Node layer = planned.Quantized.Graph.Nodes.Single(node => node.Operator == "FullyConnected");
        Assert.AreEqual("own_fully_connected", layer.Linked!.Function);
        Assert.AreEqual(2L * layer.Input(1).Shape[1], layer.Linked.ScratchBytes);
        Assert.IsTrue(planned.Plan.Buffers.Any(buffer => buffer.Tensors.IsEmpty && buffer.Name.Contains(layer.Name, StringComparison.Ordinal)), "scratch in the plan");
        string[] paths = [.. firmware.Files.Select(file => file.Path)];
        Assert.Contains("own.c", paths);
        Assert.Contains("edgeai_fully_connected_s8.h", paths);
        Assert.DoesNotContain("edgeai_fully_connected_s8.c", paths);
        Assert.Contains("own_fully_connected(", firmware.Files.Single(file => file.Path == "tiny.c").Text);
        SimulationResult result = run();
        Assert.IsTrue(result.Engines.All(engine => engine.Mismatches == 0));
        Assert.AreEqual("own", ModelFile.ReadPlanned(ModelFile.Write(planned)).Quantized.Graph.Nodes.Single(node => node.Linked is not null).Linked!.Library);
    }

    [TestMethod]
    public void A_wrong_kernel_is_named()
    {
        if (Tools.HostCompiler is null)
        {
            Console.WriteLine("ran without a C compiler");
            return;
        }

        Diagnostic told = Fails(Right.Replace("scaled + p->output_zero_point", "scaled + p->output_zero_point + 1", StringComparison.Ordinal));
        Assert.AreEqual("EAI5008", told.Code);
        Assert.Contains("'own_fully_connected' of the kernel library 'own'", told.Message);
        Assert.Contains("gives other results than ours in", told.Message);
        told = Fails(Right.Replace("scaled + p->output_zero_point", "scaled + p->output_zero_point + *(volatile const int *)8", StringComparison.Ordinal));
        Assert.AreEqual("EAI5008", told.Code);
        Assert.Contains("does not come back", told.Message);
        told = Fails(Right.Replace("sum += wide", "sum += wide_of", StringComparison.Ordinal));
        Assert.AreEqual("EAI5009", told.Code);
        Assert.Contains("wide_of", told.Message);
        Assert.DoesNotContain("report it with the model", told.Message, "a fault of the library is not one of the generated C");
    }

    [TestMethod]
    public void Without_a_compiler_the_build_warns()
    {
        var diagnostics = new List<Diagnostic>();
        Build(Right, Toolchain.None, diagnostics).Run();
        Assert.AreEqual("'own'", diagnostics.Single(told => told.Code == "EAI5010").Message.Split(' ').First(word => word.StartsWith('\'')));
    }

    [TestMethod]
    public void Scratch_memory_that_cannot_be_worked_out_is_told()
    {
        DiagnosticException error = Assert.ThrowsExactly<DiagnosticException>(() => Build(Right, scratch: "2 * width"));
        Assert.AreEqual("EAI9031", error.Diagnostics.Single().Code);
        Assert.Contains("depth, ", error.Diagnostics.Single().Message);
    }

    private Diagnostic Fails(string source) =>
        Assert.ThrowsExactly<DiagnosticException>(() => Build(source).Run()).Diagnostics.Single();

    private (PlannedModel Planned, FirmwareSources Firmware, Func<SimulationResult> Run) Build(
        string source, Toolchain? tools = null, List<Diagnostic>? diagnostics = null, string scratch = "2 * depth")
    {
        string library = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        File.WriteAllText(Path.Combine(library, "own.c"), source);
        File.WriteAllText(Path.Combine(library, "own.h"), """
            #ifndef OWN_H
            #define OWN_H
            #include "edgeai_fully_connected_s8.h"
            void own_fully_connected(const edgeai_fully_connected_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y, void *scratch);
            #endif

            """);
        File.WriteAllText(Path.Combine(library, "own.kernels.json"), $$"""
            { "name": "own", "header": "own.h", "sources": ["own.c"],
              "kernels": [{ "kernel": "edgeai_fully_connected_s8", "function": "own_fully_connected", "scratchBytes": "{{scratch}}" }] }
            """);
        string assets = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(assets, "EdgeAI.Sdk.sln")))
        {
            assets = Path.GetDirectoryName(assets)!;
        }

        assets = Path.Combine(assets, "tests", "Assets");
        var settings = new ModelSettings
        {
            Name = "tiny",
            TestData = Path.Combine(assets, "tiny-int8.test"),
            ProjectFolder = assets,
            KernelLibraries = [UserKernelLibraryReader.Read(library, "p.csproj", "own.kernels.json")],
        };
        ImportedModel imported = ImportStage.Run(
            new ImportRequest("tiny", "tiny-int8.tflite", File.ReadAllBytes(Path.Combine(assets, "tiny-int8.tflite")), ImmutableSortedDictionary<string, Shape>.Empty, _ => null),
            [], CancellationToken.None);
        TargetDescription target = TargetCatalog.Get("cortex-m4");
        PlannedModel planned = PlanStage.Run(QuantizeStage.Run(imported, settings, [], CancellationToken.None), target, settings, [], CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], []), [], CancellationToken.None);
        return (planned, firmware, () => SimulateStage.Run(
            new SimulationRequest(imported, planned, firmware, settings, SimulationLevel.Available, tools ?? Tools, library), diagnostics ?? [], CancellationToken.None));
    }
}
