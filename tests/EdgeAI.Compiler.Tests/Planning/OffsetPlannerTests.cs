using EdgeAI.Compiler.Planning.Offsets;

namespace EdgeAI.Compiler.Tests.Planning;

[TestClass]
public sealed class OffsetPlannerTests(TestContext context)
{
    [TestMethod]
    public void NothingTakesNothing()
    {
        OffsetPlan plan = OffsetPlanner.Plan([]);
        Assert.AreEqual((0L, 0L, true), (plan.ArenaBytes, plan.LowerBoundBytes, plan.Optimal));
        plan = OffsetPlanner.Plan([new(0, 3, 0, 16), new(1, 2, 0, 4)]);
        Assert.AreEqual(0L, plan.ArenaBytes);
    }

    [TestMethod]
    public void BuffersApartInTimeShareTheirPlace()
    {
        OffsetPlan plan = OffsetPlanner.Plan([new(0, 1, 100, 4), new(1, 2, 100, 4), new(2, 3, 60, 4)]);
        Assert.AreEqual((100L, true), (plan.ArenaBytes, plan.Optimal));
    }

    [TestMethod]
    public void ProblemThatNoBoundMeetsIsProvenByExhaustion()
    {
        // Loads are at most 20, and no placement is that small: every stack must be full, and the wide ones cannot agree.
        BufferLifetime[] buffers = Unpackable();
        OffsetPlan plan = OffsetPlanner.Plan(buffers);
        Check(buffers, plan, "");
        Assert.IsTrue(plan.Optimal);
        Assert.AreEqual(Smallest(buffers), plan.ArenaBytes);
    }

    [TestMethod]
    public void RandomProblemsAreSolvedAsExhaustionSolvesThem()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        for (int i = 0; i < 150; i++)
        {
            BufferLifetime[] buffers = RandomBuffers(random, random.Next(1, 8), 6, 6, [1, 1, 2, 4]);
            OffsetPlan plan = OffsetPlanner.Plan(buffers);
            string told = $"seed {seed}, problem {i}: {string.Join(' ', buffers)}";
            Check(buffers, plan, told);
            Assert.IsTrue(plan.Optimal, told);
            Assert.AreEqual(Smallest(buffers), plan.ArenaBytes, told);
        }
    }

    [TestMethod]
    public void LargeRandomProblemsAreSoundAndRepeatable()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        for (int i = 0; i < 15; i++)
        {
            BufferLifetime[] buffers = RandomBuffers(random, random.Next(20, 120), 60, 4000, [4, 8, 16]);
            OffsetPlan plan = OffsetPlanner.Plan(buffers, 300_000);
            Check(buffers, plan, $"seed {seed}, problem {i}");
            CollectionAssert.AreEqual(plan.Offsets.ToArray(), OffsetPlanner.Plan(buffers, 300_000).Offsets.ToArray(), $"seed {seed}");
        }
    }

    [TestMethod]
    public void ThousandsOfBuffersTakeNoDeepStack()
    {
        var random = new Random(3);
        BufferLifetime[] buffers = RandomBuffers(random, 3000, 3000, 4000, [4]);
        for (int i = 0; i < buffers.Length; i++)
        {
            buffers[i] = buffers[i] with { Upper = buffers[i].Lower + 1 + random.Next(12) };
        }

        Check(buffers, OffsetPlanner.Plan(buffers, 2_000_000), "3000 buffers");
    }

    [TestMethod]
    [DataRow("mlperf_tiny/kws.csv", 16_000)]
    [DataRow("mlperf_tiny/vww.csv", 55_296)]
    [DataRow("mlperf_tiny/ic.csv", 49_152)]
    [DataRow("mlperf_tiny/ad.csv", 768)]
    [DataRow("mlperf_tiny/sww.csv", 6_656)]
    [DataRow("A.1048576.csv", 1_048_576)]
    [DataRow("B.1048576.csv", 1_048_576)]
    [DataRow("C.1048576.csv", 1_039_360)]
    [DataRow("E.1048576.csv", 1_048_576)]
    [DataRow("F.1048576.csv", 1_048_576)]
    [DataRow("G.1048576.csv", 1_048_576)]
    [DataRow("H.1048576.csv", 1_048_576)]
    [DataRow("I.1048576.csv", 1_048_576)]
    [DataRow("K.1048576.csv", 1_048_576)]
    public void KnownInstancesReachTheirOptimum(string file, int optimum)
    {
        if (MinimallocInstances.Folder is null)
        {
            context.WriteLine("the conformance data was not found: the instance was not solved");
            return;
        }

        BufferLifetime[] buffers = MinimallocInstances.Read(file);
        OffsetPlan plan = OffsetPlanner.Plan(buffers);
        Check(buffers, plan, file);
        Assert.AreEqual((optimum, true), (plan.ArenaBytes, plan.Optimal));
    }

    /// <summary>Instances whose optimum is not known: no larger than the best placement published, and not called the smallest without proof.</summary>
    [TestMethod]
    [DataRow("D.1048576.csv")]
    [DataRow("J.1048576.csv")]
    public void OpenInstancesReachThePublishedSize(string file)
    {
        if (MinimallocInstances.Folder is null)
        {
            context.WriteLine("the conformance data was not found: the instance was not solved");
            return;
        }

        BufferLifetime[] buffers = MinimallocInstances.Read(file);
        OffsetPlan plan = OffsetPlanner.Plan(buffers);
        Check(buffers, plan, file);
        Assert.IsLessThanOrEqualTo(1_048_576, plan.ArenaBytes);
    }

    [TestMethod]
    public void BufferThatIsNeverTakenIsInTheArena()
    {
        OffsetPlan plan = OffsetPlanner.Plan([new(2, 2, 100, 4), new(0, 5, 60, 4), new(2, 2, 30, 4)]);
        Assert.AreEqual((100L, 100L, true), (plan.ArenaBytes, plan.LowerBoundBytes, plan.Optimal));
        CollectionAssert.AreEqual(new[] { 0L, 0L, 0L }, plan.Offsets.ToArray());
    }

    [TestMethod]
    public void PartsApartInTimeAreSettledOneByOne()
    {
        // Each part alone is above its own load; the part with the larger optimum decides, and the others need not be better.
        BufferLifetime[] part = Unpackable();
        BufferLifetime[] buffers =
        [
            .. part,
            .. part.Select(buffer => buffer with { Lower = buffer.Lower + 10, Upper = buffer.Upper + 10, SizeBytes = buffer.SizeBytes * 2 }),
            .. part.Select(buffer => buffer with { Lower = buffer.Lower + 20, Upper = buffer.Upper + 20 }),
        ];
        OffsetPlan plan = OffsetPlanner.Plan(buffers);
        Check(buffers, plan, "");
        Assert.AreEqual((2 * Smallest(part), true), (plan.ArenaBytes, plan.Optimal));
    }

    [TestMethod]
    public void TooManyPairsForListsAreStillPlaced()
    {
        var random = new Random(11);
        var buffers = new BufferLifetime[6000];
        for (int i = 0; i < buffers.Length; i++)
        {
            int lower = random.Next(1000);
            buffers[i] = new(lower, lower + 1 + random.Next(9000), random.Next(1, 5000), 1 << random.Next(5));
        }

        OffsetPlan plan = OffsetPlanner.Plan(buffers);
        Check(buffers, plan, "6000 buffers");
        Assert.IsLessThan(plan.LowerBoundBytes * 11 / 10, plan.ArenaBytes);
    }

    private static BufferLifetime[] Unpackable() =>
    [
        new(0, 2, 4, 1), new(0, 1, 6, 1), new(1, 4, 3, 1), new(2, 3, 7, 1), new(1, 3, 3, 1), new(3, 5, 4, 1), new(4, 5, 6, 1), new(3, 4, 3, 1),
    ];

    private static BufferLifetime[] RandomBuffers(Random random, int count, int steps, int largest, int[] alignments)
    {
        var buffers = new BufferLifetime[count];
        for (int i = 0; i < count; i++)
        {
            int lower = random.Next(steps);
            buffers[i] = new(lower, lower + 1 + random.Next(Math.Max(1, steps / 3)), random.Next(1, largest + 1), alignments[random.Next(alignments.Length)]);
        }

        return buffers;
    }

    private static void Check(BufferLifetime[] buffers, OffsetPlan plan, string told)
    {
        Assert.AreEqual(buffers.Length, plan.Offsets.Length, told);
        Assert.IsTrue(plan.LowerBoundBytes <= plan.ArenaBytes, told);
        Assert.AreEqual(plan.LowerBoundBytes == plan.ArenaBytes, plan.Optimal, told);
        for (int i = 0; i < buffers.Length; i++)
        {
            Assert.AreEqual(0L, plan.Offsets[i] % buffers[i].Alignment, told);
            Assert.IsTrue(plan.Offsets[i] >= 0 && plan.Offsets[i] + buffers[i].SizeBytes <= plan.ArenaBytes, told);
            for (int j = 0; j < i; j++)
            {
                bool apart = !buffers[i].Overlaps(buffers[j])
                    || plan.Offsets[i] + buffers[i].SizeBytes <= plan.Offsets[j] || plan.Offsets[j] + buffers[j].SizeBytes <= plan.Offsets[i];
                Assert.IsTrue(apart, $"buffers {i} and {j} overlap; {told}");
            }
        }
    }

    /// <summary>The smallest arena by trying every order of placement at the lowest free offset, which some optimum is made by.</summary>
    private static long Smallest(BufferLifetime[] buffers)
    {
        long best = long.MaxValue;
        long[] offsets = new long[buffers.Length];
        void Place(int placed, long top)
        {
            if (top >= best)
            {
                return;
            }

            if (placed == (1 << buffers.Length) - 1)
            {
                best = top;
                return;
            }

            for (int i = 0; i < buffers.Length; i++)
            {
                if ((placed & (1 << i)) != 0)
                {
                    continue;
                }

                long offset = 0;
                for (bool moved = true; moved;)
                {
                    moved = false;
                    for (int j = 0; j < buffers.Length; j++)
                    {
                        if ((placed & (1 << j)) != 0 && buffers[i].Overlaps(buffers[j])
                            && offset < offsets[j] + buffers[j].SizeBytes && offsets[j] < offset + buffers[i].SizeBytes)
                        {
                            long end = offsets[j] + buffers[j].SizeBytes;
                            offset = (end + buffers[i].Alignment - 1) / buffers[i].Alignment * buffers[i].Alignment;
                            moved = true;
                        }
                    }
                }

                offsets[i] = offset;
                Place(placed | (1 << i), Math.Max(top, offset + buffers[i].SizeBytes));
            }
        }

        Place(0, 0);
        return best;
    }
}
