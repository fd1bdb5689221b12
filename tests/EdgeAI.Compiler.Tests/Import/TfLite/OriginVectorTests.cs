using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Tests.Emission;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>Operators of one file each against what TensorFlow Lite Micro's reference kernels compute, byte for byte: tests/Assets/origins/tflm_vectors.txt.</summary>
[TestClass]
public sealed class OriginVectorTests(TestContext context)
{
    private const sbyte Int8 = 9;

    private static readonly Dictionary<string, int> Codes = new(StringComparer.Ordinal) { ["ADD_N"] = 106, ["EXP"] = 47, ["LOG"] = 73 };

    [TestMethod]
    [DataRow("ADD_N", 15)]
    [DataRow("EXP", 8)]
    [DataRow("LOG", 8)]
    public void The_bytes_are_those_of_the_origin(string name, int count)
    {
        string[] lines = [.. File.ReadAllLines(Path.Combine(OriginTests.Folder(), "tflm_vectors.txt")).Where(line => line.StartsWith(name + " ", StringComparison.Ordinal))];
        Assert.HasCount(count, lines);
        foreach (string line in lines)
        {
            string[] words = line.Split(' ');
            (float[] scales, long[] zeroPoints) = ([Single(words[1])], [Whole(words[2])]);
            byte[][] bytes = [.. words[5..].Select(Convert.FromHexString)];
            var file = new TfLiteFiles();
            int[] inputs = [.. bytes[..^1].Select((operand, i) => file.Tensor($"x{i}", Int8, [1, operand.Length], scales: scales, zeroPoints: zeroPoints))];
            int output = file.Tensor("y", Int8, [1, bytes[^1].Length], scales: [Single(words[3])], zeroPoints: [Whole(words[4])]);
            file.Operator(Codes[name], inputs, [output]);
            Graph graph = ImportStage.Run(
                new("vectors", "vectors.tflite", file.Finish(inputs, [output]), ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None).Graph;
            Assert.IsTrue(graph.Nodes.All(node => node.Operator is not ("Quantize" or "Dequantize")), "computed in integers");
            var executor = new GraphExecutor(graph);
            for (int i = 0; i < inputs.Length; i++)
            {
                executor.SetInput(i, bytes[i]);
            }

            executor.Run();
            Assert.AreEqual(Convert.ToHexString(bytes[^1]), Convert.ToHexString(executor.Output(0)), line);
            if (line == lines[2])
            {
                GeneratedC.Check(context, graph, executor, bytes[..^1]);
            }
        }

        static float Single(string text) => float.Parse(text, CultureInfo.InvariantCulture);
        static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}
