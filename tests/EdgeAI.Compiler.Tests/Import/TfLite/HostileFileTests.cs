using System.Diagnostics;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.TfLite;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

[TestClass]
public sealed class HostileFileTests(TestContext context)
{
    [TestMethod]
    public void Every_truncation_is_an_error_with_a_code()
    {
        byte[] bytes = Sample();
        for (int length = 8; length < bytes.Length; length++)
        {
            Try(bytes[..length], $"length {length}");
        }
    }

    [TestMethod]
    public void Random_damage_gives_an_error_with_a_code_or_a_model_and_never_more()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        byte[] sound = Sample();
        var clock = Stopwatch.StartNew();
        for (int round = 0; round < 20000 && clock.Elapsed < TimeSpan.FromSeconds(10); round++)
        {
            byte[] bytes = [.. sound];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                int position = random.Next(bytes.Length - 4);
                switch (random.Next(3))
                {
                    case 0: bytes[position] = (byte)random.Next(256); break;
                    case 1: BitConverter.TryWriteBytes(bytes.AsSpan(position), Extreme(random)); break;
                    default: bytes[position] ^= (byte)(1 << random.Next(8)); break;
                }
            }

            Try(bytes, $"seed {seed}, round {round}");
        }
    }

    [TestMethod]
    public void Tables_that_share_one_vector_a_million_times_end_soon()
    {
        // A graph whose 200,000 tensors are one table, whose shape signature has 200,000 extents.
        byte[] bytes = new byte[2_000_000];
        using var stream = new MemoryStream(bytes);
        using var writer = new BinaryWriter(stream);
        const int count = 200_000;
        const int vector = 200;
        const int table = vector + 4 + (4 * count) + 24;
        const int shape = table + 8;
        writer.Write(32);
        writer.Write("TFL3"u8);
        // The model: version 3, one graph.
        Int(bytes, 32, 32 - 8);
        Layout(bytes, 8, [10, 12, 4, 0, 8]);
        Int(bytes, 36, 3);
        Int(bytes, 40, 60 - 40);
        Int(bytes, 60, 1);
        Int(bytes, 64, 80 - 64);
        // The graph: its tensors.
        Layout(bytes, 70, [6, 8, 4]);
        Int(bytes, 80, 80 - 70);
        Int(bytes, 84, vector - 84);
        Int(bytes, vector, count);
        for (int i = 0; i < count; i++)
        {
            Int(bytes, vector + 4 + (4 * i), table - (vector + 4 + (4 * i)));
        }

        // The tensor: its signature, field 7.
        Layout(bytes, table - 22, [20, 8, 0, 0, 0, 0, 0, 0, 0, 4]);
        Int(bytes, table, 22);
        Int(bytes, table + 4, shape - (table + 4));
        Int(bytes, shape, count);
        var clock = Stopwatch.StartNew();
        var error = Assert.Throws<DiagnosticException>(() => TfLiteImporter.Import(
            ConformanceModels.Request("m.tflite", bytes), new List<Diagnostic>(), CancellationToken.None));
        StringAssert.Contains(error.Message, "far more often", StringComparison.Ordinal);
        Assert.IsLessThan(5.0, clock.Elapsed.TotalSeconds);
    }

    private static void Layout(byte[] bytes, int position, ushort[] entries) => System.Runtime.InteropServices.MemoryMarshal
        .AsBytes(entries.AsSpan()).CopyTo(bytes.AsSpan(position));

    private static void Int(byte[] bytes, int position, int value) => BitConverter.TryWriteBytes(bytes.AsSpan(position), value);

    private static int Extreme(Random random) => random.Next(6) switch
    {
        0 => int.MaxValue,
        1 => int.MinValue,
        2 => -1,
        3 => 0,
        4 => random.Next(64),
        _ => 0x10000000,
    };

    private static void Try(byte[] bytes, string what)
    {
        try
        {
            TfLiteImporter.Import(ConformanceModels.Request("m.tflite", bytes), new List<Diagnostic>(), CancellationToken.None);
        }
        catch (DiagnosticException error)
        {
            Assert.IsTrue(error.Diagnostics.All(diagnostic => diagnostic.Code.StartsWith("EAI12", StringComparison.Ordinal)), what);
        }
        catch (Exception error) when (error is not AssertFailedException)
        {
            Assert.Fail($"{what}: {error}");
        }
    }

    private static byte[] Sample()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", 9, [1, 4, 4, 2], scales: [0.5f], zeroPoints: [1], signature: [-1, 4, 4, 2]);
        int weights = file.Tensor("w", 9, [2, 3, 3, 2], new byte[36], scales: [0.5f, 0.25f], zeroPoints: [0, 0]);
        int bias = file.Tensor("b", 2, [2], new byte[8], scales: [0.25f, 0.125f], zeroPoints: [0, 0], axis: 3);
        int convolved = file.Tensor("c", 9, [1, 4, 4, 2], scales: [0.5f], zeroPoints: [1]);
        int shape = file.Tensor("s", 2, [2], TfLiteFiles.Bytes(1, 32));
        int flat = file.Tensor("f", 9, [1, 32], scales: [0.5f], zeroPoints: [1]);
        int begins = file.Tensor("begins", 2, [2], TfLiteFiles.Bytes(0, 4));
        int ends = file.Tensor("ends", 2, [2], TfLiteFiles.Bytes(1, 32));
        int strides = file.Tensor("strides", 2, [2], TfLiteFiles.Bytes(1, 2));
        int cut = file.Tensor("cut", 9, [1, 14], scales: [0.5f], zeroPoints: [1]);
        int y = file.Tensor("y", 0, [1, 14]);
        file.Operator(3, [x, weights, bias], [convolved], (1, 1), (2, 1));
        file.Operator(22, [convolved, shape], [flat]);
        file.Operator(45, [flat, begins, ends, strides], [cut]);
        file.Operator(6, [cut], [y]);
        return file.Finish([x], [y]);
    }
}
