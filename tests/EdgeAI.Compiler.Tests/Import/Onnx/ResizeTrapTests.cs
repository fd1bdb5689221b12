using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>Where frameworks disagree about resizing: which coordinate an element comes from, and which neighbour is nearest. Against ONNX's formulas, written out in double.</summary>
[TestClass]
public sealed class ResizeTrapTests(TestContext context)
{
    [TestMethod]
    [DataRow("half_pixel", "linear", "")]
    [DataRow("align_corners", "linear", "")]
    [DataRow("asymmetric", "linear", "")]
    [DataRow("pytorch_half_pixel", "linear", "")]
    [DataRow("half_pixel", "nearest", "round_prefer_floor")]
    [DataRow("half_pixel", "nearest", "round_prefer_ceil")]
    [DataRow("align_corners", "nearest", "round_prefer_floor")]
    [DataRow("asymmetric", "nearest", "floor")]
    [DataRow("asymmetric", "nearest", "ceil")]
    [DataRow("asymmetric", "nearest", "round_prefer_floor")]
    public void Elements_come_from_where_the_file_says(string coordinates, string mode, string nearest)
    {
        var random = new Random(Seeds.Of(context));
        for (int number = 0; number < 30; number++)
        {
            int[] from = [random.Next(1, 7), random.Next(1, 7)];
            int[] to = [random.Next(1, 12), random.Next(1, 12)];
            float[] x = [.. Enumerable.Range(0, 2 * from[0] * from[1]).Select(_ => (float)random.NextDouble())];
            OnnxModels model = new OnnxModels().Input("x", 1, 2, from[0], from[1]).Integers("sizes", 1, 2, to[0], to[1]).Node(
                "Resize", ["x", "", "", "sizes"], ["y"], OnnxModels.Text("coordinate_transformation_mode", coordinates), OnnxModels.Text("mode", mode),
                OnnxModels.Text("nearest_mode", nearest.Length > 0 ? nearest : "round_prefer_floor")).Output("y");
            Graph graph = ImportStage.Run(OnnxModels.Request(model.Bytes), [], CancellationToken.None).Graph;
            var executor = new GraphExecutor(graph);
            executor.SetInput(0, MemoryMarshal.AsBytes<float>(x));
            executor.Run();
            ReadOnlySpan<float> y = MemoryMarshal.Cast<byte, float>(executor.Output(0));
            for (int at = 0; at < y.Length; at++)
            {
                (int channel, int row, int column) = (at / (to[0] * to[1]), at / to[1] % to[0], at % to[1]);
                double h = Source(row, from[0], to[0], coordinates);
                double w = Source(column, from[1], to[1], coordinates);
                double Of(int r, int c) => x[(((channel * from[0]) + Math.Clamp(r, 0, from[0] - 1)) * from[1]) + Math.Clamp(c, 0, from[1] - 1)];
                double expected = mode == "nearest"
                    ? Of(Nearest(h, nearest), Nearest(w, nearest))
                    : Between(h, r => Between(w, c => Of(r, c)));
                Assert.AreEqual(expected, y[at], 1e-5, $"{coordinates} {mode} {nearest}: {from[0]}x{from[1]} to {to[0]}x{to[1]}, element {at}");
            }
        }
    }

    /// <summary>4 elements times 0.6 are 2.4: the specification's second element lies at 3 / 1.4 of them, PyTorch's at the last.</summary>
    [TestMethod]
    [DataRow("linear", "", 1 + (3 / 1.4f))]
    [DataRow("linear", "pytorch", 4f)]
    [DataRow("cubic", "pytorch", 4f)]
    public void Corners_align_as_the_exporter_meant(string mode, string producer, float expected)
    {
        OnnxModels model = new OnnxModels().Input("x", 1, 1, 2, 4).Constant("scales", [4], 1, 1, 0.5f, 0.6f).Node(
            "Resize", ["x", "", "scales"], ["y"], OnnxModels.Text("coordinate_transformation_mode", "align_corners"), OnnxModels.Text("mode", mode)).Output("y");
        model.Model.ProducerName = producer;
        float[] y = model.Run([1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.HasCount(2, y);
        Assert.AreEqual(1, y[0], 1e-5f);
        Assert.AreEqual(expected, y[1], 1e-5f);
    }

    private static double Source(int at, int from, int to, string coordinates) => coordinates switch
    {
        "align_corners" => to == 1 ? 0 : at * (from - 1.0) / (to - 1),
        "asymmetric" => at * (double)from / to,
        "pytorch_half_pixel" when to == 1 => 0,
        _ => ((at + 0.5) * from / to) - 0.5,
    };

    private static int Nearest(double place, string how) => (int)(how switch
    {
        "floor" => Math.Floor(place),
        "ceil" => Math.Ceiling(place),
        "round_prefer_ceil" => Math.Floor(place + 0.5),
        _ => Math.Ceiling(place - 0.5),
    });

    private static double Between(double place, Func<int, double> at)
    {
        int low = (int)Math.Floor(place);
        double part = place - low;
        return (at(low) * (1 - part)) + (at(low + 1) * part);
    }
}
