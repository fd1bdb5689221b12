using System.Numerics;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Tests.Import.Onnx;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>Transforms of TensorFlow's signal processing against the sums that define them.</summary>
[TestClass]
public sealed class FourierTests(TestContext context)
{
    private const sbyte Float = 0;
    private const sbyte Int32 = 2;
    private const sbyte Complex64 = 8;
    private const int Add = 0;
    private const int Squeeze = 43;
    private const int ExpandDims = 70;
    private const int Transform = 131;
    private const int Imaginary = 133;
    private const int Real = 134;
    private const int Absolute = 135;

    [TestMethod]
    [DataRow(6, 8, DisplayName = "padded frames")]
    [DataRow(8, 8, DisplayName = "whole frames")]
    [DataRow(9, 4, DisplayName = "cut frames")]
    public void Magnitudes_of_frames(int samples, int length)
    {
        // As tf.abs(tf.signal.rfft(frames, [length])) is converted.
        int bins = (length / 2) + 1;
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float, [2, samples]);
        int axis = file.Tensor("axis", Int32, [], TfLiteFiles.Bytes(1));
        int wide = file.Tensor("wide", Float, [2, 1, samples]);
        int lengths = file.Tensor("lengths", Int32, [2], TfLiteFiles.Bytes(1, length));
        int spectrum = file.Tensor("spectrum", Complex64, [2, 1, bins]);
        int narrow = file.Tensor("narrow", Complex64, [2, bins]);
        int y = file.Tensor("y", Float, [2, bins]);
        file.Operator(ExpandDims, [x, axis], [wide]);
        file.Operator(Transform, [wide, lengths], [spectrum]);
        file.Operator(Squeeze, [spectrum], [narrow], (0, new[] { 1 }));
        file.Operator(Absolute, [narrow], [y]);
        float[] values = Values(2 * samples);
        float[] made = Run(file.Finish([x], [y]), values)[0];
        for (int frame = 0; frame < 2; frame++)
        {
            for (int k = 0; k < bins; k++)
            {
                Complex sum = Enumerable.Range(0, Math.Min(samples, length)).Aggregate(Complex.Zero, (total, n) =>
                    total + (values[(frame * samples) + n] * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * n / length)));
                Assert.AreEqual(sum.Magnitude, made[(frame * bins) + k], 1e-5);
            }
        }
    }

    [TestMethod]
    [DataRow(3, 4, DisplayName = "padded")]
    [DataRow(4, 4, DisplayName = "whole")]
    [DataRow(5, 2, DisplayName = "cut")]
    public void Parts_of_an_images_spectrum(int rows, int length)
    {
        const int Columns = 4;
        const int Bins = (Columns / 2) + 1;
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float, [1, rows, Columns]);
        int lengths = file.Tensor("lengths", Int32, [2], TfLiteFiles.Bytes(length, Columns));
        int spectrum = file.Tensor("spectrum", Complex64, [1, length, Bins]);
        int real = file.Tensor("real", Float, [1, length, Bins]);
        int imaginary = file.Tensor("imaginary", Float, [1, length, Bins]);
        file.Operator(Transform, [x, lengths], [spectrum]);
        file.Operator(Real, [spectrum], [real]);
        file.Operator(Imaginary, [spectrum], [imaginary]);
        float[] values = Values(rows * Columns);
        float[][] made = Run(file.Finish([x], [real, imaginary]), values);
        for (int i = 0; i < length * Bins; i++)
        {
            Complex sum = Complex.Zero;
            for (int n = 0; n < Math.Min(rows, length) * Columns; n++)
            {
                double turns = ((double)(i / Bins) * (n / Columns) / length) + ((double)(i % Bins) * (n % Columns) / Columns);
                sum += values[n] * Complex.FromPolarCoordinates(1, -2 * Math.PI * turns);
            }

            Assert.AreEqual(sum.Real, made[0][i], 1e-5);
            Assert.AreEqual(sum.Imaginary, made[1][i], 1e-5);
        }
    }

    [TestMethod]
    public void Other_operators_on_complex_numbers_are_refused()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float, [1, 4]);
        int lengths = file.Tensor("lengths", Int32, [2], TfLiteFiles.Bytes(1, 4));
        int spectrum = file.Tensor("spectrum", Complex64, [1, 3]);
        int sum = file.Tensor("sum", Complex64, [1, 3]);
        int y = file.Tensor("y", Float, [1, 3]);
        file.Operator(Transform, [x, lengths], [spectrum]);
        file.Operator(Add, [spectrum, spectrum], [sum]);
        file.Operator(Absolute, [sum], [y]);
        byte[] bytes = file.Finish([x], [y]);
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => TfLiteImporter.Import(OnnxModels.Request(bytes), [], CancellationToken.None)).Diagnostics[0];
        Assert.AreEqual("EAI1205", told.Code);
        StringAssert.Contains(told.Message, "'spectrum'", StringComparison.Ordinal);
        StringAssert.Contains(told.Message, "COMPLEX64", StringComparison.Ordinal);
    }

    private float[] Values(int count)
    {
        var random = new Random(Seeds.Of(context));
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }

    private static float[][] Run(byte[] file, float[] x)
    {
        Graph graph = TfLiteImporter.Import(OnnxModels.Request(file), [], CancellationToken.None);
        CollectionAssert.AreEqual(Array.Empty<string>(), GraphVerifier.Verify(graph).ToArray());
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes<float>(x));
        executor.Run();
        return [.. Enumerable.Range(0, graph.Outputs.Count).Select(i => MemoryMarshal.Cast<byte, float>(executor.Output(i)).ToArray())];
    }
}
