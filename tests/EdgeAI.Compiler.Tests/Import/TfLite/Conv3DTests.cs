using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Tests.Import.Onnx;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>CONV_3D against the sum that defines it.</summary>
[TestClass]
public sealed class Conv3DTests(TestContext context)
{
    private const int Code = 132;

    [TestMethod]
    [DataRow(1, 2, 1, 0, DisplayName = "VALID")]
    [DataRow(0, 2, 1, 1, DisplayName = "SAME with strides and RELU")]
    [DataRow(0, 1, 2, 0, DisplayName = "SAME with dilations")]
    public void Gives_the_sums(int padding, int stride, int dilation, int activation)
    {
        var random = new Random(Seeds.Of(context));
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        int[] x = [1, 5, 4, 6, 2];
        int[] w = [3, 2, 3, 2, 3];
        float[] values = Numbers(x.Aggregate(1, (product, extent) => product * extent));
        float[] weights = Numbers(w.Aggregate(1, (product, extent) => product * extent));
        float[] bias = Numbers(3);
        int[] results = new int[3];
        int[] before = new int[3];
        for (int axis = 0; axis < 3; axis++)
        {
            int span = ((w[axis] - 1) * dilation) + 1;
            results[axis] = padding == 0 ? (x[axis + 1] + stride - 1) / stride : ((x[axis + 1] - span) / stride) + 1;
            before[axis] = padding == 0 ? Math.Max(0, ((results[axis] - 1) * stride) + span - x[axis + 1]) / 2 : 0;
        }

        var file = new TfLiteFiles();
        int input = file.Tensor("x", 0, x);
        int filters = file.Tensor("w", 0, w, TfLiteFiles.Bytes<float>(weights));
        int offsets = file.Tensor("b", 0, [3], TfLiteFiles.Bytes<float>(bias));
        int output = file.Tensor("y", 0, [1, .. results, 3]);
        file.Operator(Code, [input, filters, offsets], [output], (0, (sbyte)padding), (1, stride), (2, stride), (3, stride), (4, (sbyte)activation), (5, dilation), (6, dilation), (7, dilation));
        Graph graph = TfLiteImporter.Import(OnnxModels.Request(file.Finish([input], [output])), [], CancellationToken.None);
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes<float>(values));
        executor.Run();
        ReadOnlySpan<float> made = MemoryMarshal.Cast<byte, float>(executor.Output(0));
        Assert.AreEqual(new Shape([1, .. results, 3]), graph.Outputs[0].Shape);
        for (int i = 0; i < made.Length; i++)
        {
            int[] at = [i / 3 / results[2] / results[1], i / 3 / results[2] % results[1], i / 3 % results[2]];
            double sum = bias[i % 3];
            for (int k = 0; k < w[0] * w[1] * w[2]; k++)
            {
                int[] offset = [k / w[2] / w[1], k / w[2] % w[1], k % w[2]];
                int[] place = [.. Enumerable.Range(0, 3).Select(axis => (at[axis] * stride) - before[axis] + (offset[axis] * dilation))];
                for (int channel = 0; channel < 2 && Enumerable.Range(0, 3).All(axis => place[axis] >= 0 && place[axis] < x[axis + 1]); channel++)
                {
                    sum += values[(((((place[0] * x[2]) + place[1]) * x[3]) + place[2]) * 2) + channel] * weights[(((k * 2) + channel) * 3) + (i % 3)];
                }
            }

            Assert.AreEqual(activation == 1 ? Math.Max(0, sum) : sum, made[i], 1e-5);
        }
    }
}
