using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Tests.Operators;

namespace EdgeAI.Compiler.Tests.Emission;

/// <summary>Whole small graphs as generated C under the sanitizers.</summary>
internal static class GeneratedC
{
    /// <summary>Compares the outputs of generated C with those of an executor that has run on the same inputs: integers byte for byte, floats within 1e-5 of their range.</summary>
    public static void Check(TestContext context, Graph graph, GraphExecutor executor, params byte[][] inputs)
    {
        using var project = new FirmwareProject(FirmwareProject.Generate(graph));
        if (project.Run(context, graph, inputs) is not { } outputs)
        {
            return;
        }

        int at = 0;
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            byte[] expected = executor.Output(i).ToArray();
            Assert.AreEqual("", ResultDifference.Find(graph.Outputs[i], expected, outputs.AsSpan(at, expected.Length), exactFloats: false), $"output {i} of generated C");
            at += expected.Length;
        }
    }
}
