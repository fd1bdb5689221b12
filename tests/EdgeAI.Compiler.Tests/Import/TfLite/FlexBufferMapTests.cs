using System.Collections.Immutable;
using System.Text;
using EdgeAI.Compiler.Import.TfLite;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>The settings of custom operators: what converters write is read, what is damaged is refused in one sentence.</summary>
[TestClass]
public sealed class FlexBufferMapTests(TestContext context)
{
    /// <summary>{ "end_index": 241, "start_index": 5 } with values of 16 bits, as TensorFlow's converter writes it.</summary>
    private static readonly byte[] Converted = Encoding.Latin1.GetBytes("end_index\0start_index\0\u0002\u0017\u000e\0\u0003\0\u0001\0\u0002\0\u00f1\0\u0005\0\u0005\u0005\u0006%\u0001");

    [TestMethod]
    public void Numbers_are_read_by_name()
    {
        FlexBufferMap map = FlexBufferMap.Read(Converted);
        Assert.AreEqual(241, map.Int32("end_index", 0, 1000));
        Assert.AreEqual(5, map.Int32("start_index", 0, 1000));
        FlexBufferMap own = FlexBufferMap.Read(FlexBuffers.Of(("b", -7), ("a", int.MaxValue), ("c", 0)));
        Assert.AreEqual(-7, own.Int32("b", -8, 0));
        Assert.AreEqual(int.MaxValue, own.Int32("a", 0, int.MaxValue));
        Assert.IsTrue(own.Flag("a"));
        Assert.IsFalse(own.Flag("c"));
    }

    [TestMethod]
    public void Reals_texts_and_lists_are_read_by_name()
    {
        FlexBufferMap map = FlexBufferMap.Read(FlexBuffers.OfValues(
            ("whole", 3), ("real", 0.25f), ("text", "nearest"), ("wholes", new[] { 1, -2, 3 }), ("reals", new[] { 0.5f, -1.5f }), ("mixed", new object[] { 1, 2.5f })));
        Assert.AreEqual("mixed real reals text whole wholes", string.Join(' ', map.Names.Order(StringComparer.Ordinal)));
        Assert.AreEqual(0.25f, map.Real("real"));
        Assert.AreEqual(3f, map.Real("whole"), "a whole number is a real too");
        Assert.IsNull(map.Whole("real"));
        Assert.AreEqual("nearest", map.Text("text"));
        CollectionAssert.AreEqual(new long[] { 1, -2, 3 }, ((ImmutableArray<long>)map.Wholes("wholes")!).ToArray());
        CollectionAssert.AreEqual(new[] { 0.5f, -1.5f }, ((ImmutableArray<float>)map.Reals("reals")!).ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2.5f }, ((ImmutableArray<float>)map.Reals("mixed")!).ToArray());
        Assert.IsNull(map.Wholes("mixed"));
        Assert.IsNull(map.Text("none"));
    }

    [TestMethod]
    public void What_is_not_there_or_out_of_range_is_told()
    {
        FlexBufferMap map = FlexBufferMap.Read(Converted);
        StringAssert.Contains(Fault(() => map.Int32("frame_step", 0, 9)), "'frame_step'", StringComparison.Ordinal);
        StringAssert.Contains(Fault(() => map.Int32("end_index", 0, 240)), "241; 0 to 240", StringComparison.Ordinal);
        StringAssert.Contains(Fault(() => FlexBufferMap.Read([]).Flag("clamping")), "'clamping'", StringComparison.Ordinal);
        StringAssert.Contains(Fault(() => FlexBufferMap.Read([5, 4, 1])), "instead of a map", StringComparison.Ordinal);

        // The type of the second value becomes that of a float.
        byte[] real = [.. Converted];
        real[^4] = (3 << 2) | 1;
        StringAssert.Contains(Fault(() => FlexBufferMap.Read(real).Int32("start_index", 0, 9)), "not a whole number", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Damaged_bytes_are_refused_or_read_but_never_fail_otherwise()
    {
        var random = new Random(Seeds.Of(context));
        byte[][] corpus =
        [
            Converted, FlexBuffers.Of(("T", 7), ("fft_length", 512)), FlexBuffers.Of(),
            FlexBuffers.OfValues(("a", 0.5f), ("b", "text"), ("fft_length", 4), ("list", new[] { 1, 2 }), ("mixed", new object[] { 1, 2f })),
        ];
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. corpus[i % corpus.Length]];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(random.Next(2) * 255);
            }

            bytes = random.Next(4) == 0 ? bytes[random.Next(bytes.Length)..] : random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
            try
            {
                FlexBufferMap.Read(bytes).Int32("fft_length", 0, int.MaxValue);
            }
            catch (TfLiteNodeException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(10_000, refused);
    }

    private static string Fault(Action read) => Assert.ThrowsExactly<TfLiteNodeException>(read).Message;
}
