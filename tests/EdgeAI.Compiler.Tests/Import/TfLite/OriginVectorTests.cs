using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Tests.Emission;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>Operators of one file each against what TensorFlow Lite Micro's reference kernels compute, byte for byte: tests/Assets/origins/tflm_vectors.txt.</summary>
[TestClass]
public sealed class OriginVectorTests(TestContext context)
{
    private const sbyte UInt8 = 3;
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
            Graph graph = ImportStage.Run(Request(file.Finish(inputs, [output])), [], CancellationToken.None).Graph;
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

    }

    [TestMethod]
    public void Constants_are_unpacked_as_the_origin_unpacks_them()
    {
        string[] lines = [.. File.ReadAllLines(Path.Combine(OriginTests.Folder(), "tflm_vectors.txt")).Where(line => line.StartsWith("TFLM_DECODE ", StringComparison.Ordinal))];
        Assert.HasCount(38, lines);
        foreach (string line in lines)
        {
            string[] words = line.Split(' ');
            long[] zeroPoints = words[6] == "-" ? [] : [.. words[6].Split(',').Select(Whole)];
            (sbyte type, int[] shape, int axis) = ((sbyte)(Whole(words[1]) switch { 1 => 0, 2 => 2, 7 => 7, _ => 9 }), [(int)Whole(words[2]), (int)Whole(words[3])], (int)Whole(words[5]));
            byte[][] bytes = [.. words[7..].Select(Convert.FromHexString)];
            float[]? scales = zeroPoints.Length == 0 ? null : [.. zeroPoints.Select((_, i) => 0.5f + i)];

            // Unpacked, and then behind an operator that moves it, as an output must be computed.
            var file = new TfLiteFiles();
            int packed = file.Tensor("packed", UInt8, [bytes[0].Length], bytes[0]);
            int description = file.Tensor("description", UInt8, [bytes[1].Length], bytes[1]);
            int output = file.Tensor("y", type, shape, scales: scales, zeroPoints: zeroPoints, axis: axis);
            file.Custom("TFLM_DECODE", [], [packed, description], [output]);
            Graph graph = TfLiteImporter.Import(Request(file.Finish([], [output])), [], CancellationToken.None);
            Assert.IsEmpty(graph.Nodes);
            Assert.AreEqual(Convert.ToHexString(bytes[2]), Convert.ToHexString(graph.Outputs[0].Constant!.Value.Span), line);
        }
    }

    [TestMethod]
    [DataRow(0, 3, DisplayName = "way of packing")]
    [DataRow(1, 9, DisplayName = "version")]
    [DataRow(6, 255, DisplayName = "stride")]
    [DataRow(5, 0, DisplayName = "bits")]
    public void Packed_constants_that_do_not_fit_are_refused(int at, int value)
    {
        byte[] about = [0, 1, 0, 0, 1, 3, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        about[at] = (byte)value;
        var file = new TfLiteFiles();
        int packed = file.Tensor("packed", UInt8, [3], [1, 2, 3]);
        int description = file.Tensor("description", UInt8, [about.Length], about);
        int output = file.Tensor("y", Int8, [1, 8], scales: [1]);
        file.Custom("TFLM_DECODE", [], [packed, description], [output]);
        var refused = Assert.ThrowsExactly<DiagnosticException>(() => ImportStage.Run(Request(file.Finish([], [output])), [], CancellationToken.None));
        Assert.AreEqual("EAI1203", refused.Diagnostics.Single().Code, refused.Message);
    }

    private static ImportRequest Request(byte[] file) => new("vectors", "vectors.tflite", file, ImmutableSortedDictionary<string, Shape>.Empty, _ => null);

    private static float Single(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
