using System.Text.Json;

namespace BuildTests;

/// <summary>Kernels of the user's and sets of instructions, in a real build.</summary>
[TestClass]
public sealed class KernelTests
{
    private const string Library = """
        {
          "name": "own", "header": "own.h", "sources": ["own.c"],
          "kernels": [{ "kernel": "edgeai_fully_connected_s8", "function": "own_fully_connected" }]
        }
        """;

    private const string Header = """
        #include "edgeai_fully_connected_s8.h"
        void own_fully_connected(const edgeai_fully_connected_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y);
        """;

    private const string Source = """
        #include "own.h"
        #include "edgeai_requantize.h"
        void own_fully_connected(const edgeai_fully_connected_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y)
        {
            for (int32_t row = 0; row < p->rows; row++, x += p->depth, y += p->outputs) {
                for (int32_t o = 0; o < p->outputs; o++) {
                    int32_t sum = p->bias[o];
                    for (int32_t k = 0; k < p->depth; k++) sum += x[k] * (weights[o * p->depth + k] - p->weight_zero_point);
                    const int32_t channel = o * p->channel_step;
                    const int32_t scaled = edgeai_requantize(sum, p->multipliers[channel], p->shifts[channel]);
                    y[o] = (int8_t)edgeai_clamp(scaled + p->output_zero_point, p->minimum, p->maximum);
                }
            }
        }
        """;

    [TestMethod]
    public void A_library_of_the_users_is_linked_and_a_wrong_one_is_named()
    {
        var project = new BuildProject("own", BuildProject.WithPackage("""
              <ItemGroup>
                <EdgeAIModel Update="models/dense.onnx" CalibrationData="data/calibration.npy" />
                <EdgeAIKernelLibrary Include="kernels/own.kernels.json" />
              </ItemGroup>
            """));
        project.Asset("tiny-dense.onnx", "models/dense.onnx");
        project.Asset("tiny-dense.calibration.npy", "data/calibration.npy");
        project.Write("kernels/own.kernels.json", Library);
        project.Write("kernels/own.h", Header);
        project.Write("kernels/own.c", Source);
        BuildOutcome build = project.Build().Succeeded();
        string firmware = Path.Combine(project.Output, "firmware", "cortex-m4");
        Assert.AreEqual(Source, File.ReadAllText(Path.Combine(firmware, "own.c")));
        StringAssert.Contains(File.ReadAllText(Path.Combine(firmware, "dense.c")), "own_fully_connected(");
        using (JsonDocument report = JsonDocument.Parse(File.ReadAllText(Path.Combine(project.Output, "report", "dense.cortex-m4.json"))))
        {
            Assert.IsTrue(
                report.RootElement.GetProperty("layers").EnumerateArray().Any(layer => layer.GetProperty("variant").GetString() == "own"), build.Output);
        }

        if (build.Diagnostics.Any(diagnostic => diagnostic.Code == "EAI5010"))
        {
            Console.WriteLine("ran without a C compiler: the kernels were not compared");
            return;
        }

        project.Write("kernels/own.c", Source.Replace("scaled + p->", "scaled + 1 + p->", StringComparison.Ordinal));
        project.Build("--no-restore").Failed().Diagnostic("EAI5008", "'own_fully_connected' of the kernel library 'own'");
        project.Write("kernels/own.kernels.json", Library.Replace("edgeai_fully_connected_s8", "edgeai_fully_connected_s9", StringComparison.Ordinal));
        project.Build("--no-restore").Failed().Diagnostic("EAI9031", "edgeai_fully_connected_s9");
    }

    [TestMethod]
    public void Instructions_that_the_core_does_not_have_are_coded_errors()
    {
        var project = new BuildProject("sets", BuildProject.WithPackage("<ItemGroup><EdgeAITarget Include=\"small.target.json\" /></ItemGroup>"));
        project.Asset("tiny-dense.onnx", "models/dense.onnx");
        project.Write("small.target.json", """{ "name": "small", "core": "cortex-m3", "instructions": "neon" }""");
        project.Build().Failed().Diagnostic("EAI9106", "'neon' is not known");
        project.Write("small.target.json", """{ "name": "small", "core": "cortex-m3", "instructions": "dsp" }""");
        project.Build("--no-restore").Failed().Diagnostic("EAI9107", "dsp");
        project.Write("small.target.json", """{ "name": "small", "core": "cortex-m33", "instructions": "thumb2" }""");
        project.Build("--no-restore").Succeeded();
    }
}
