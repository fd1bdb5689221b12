using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Compiler.Tests.Quantization;

[TestClass]
public sealed class BinCountsTests
{
    private const int Bins = 256;

    /// <summary>As a list, as an array, and where one becomes the other, pairs of bins merging now and then.</summary>
    [TestMethod]
    [DataRow(3)]
    [DataRow(64)]
    [DataRow(65)]
    [DataRow(256)]
    public void Counts_are_those_of_an_array_of_all_bins(int distinct)
    {
        var random = new Random(distinct);
        var counts = new BinCounts(Bins);
        long[] plain = new long[Bins];
        for (int i = 0; i < 2000; i++)
        {
            int bin = random.Next(distinct) * Bins / distinct;
            counts.Add(bin);
            plain[bin]++;
            if (i % 700 == 650)
            {
                counts.MergePairs();
                long[] merged = new long[Bins];
                for (int b = 0; b < Bins; b++)
                {
                    merged[(Bins / 4) + (b / 2)] += plain[b];
                }

                plain = merged;
            }
        }

        (int[] bins, long[] held) = counts.Occupied();
        CollectionAssert.AreEqual(Enumerable.Range(0, Bins).Where(bin => plain[bin] > 0).ToArray(), bins);
        CollectionAssert.AreEqual(plain.Where(count => count > 0).ToArray(), held);
    }
}
