using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Quantization.Mixed;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>The search for types against every assignment there is, on made-up layers whose noise adds up and whose conversions cost.</summary>
[TestClass]
public sealed class TypeSearchTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Comes_within_a_tenth_of_the_best_assignment_of_few_layers()
    {
        int seed = Seeds.Of(TestContext);
        var random = new Random(seed);
        double sum = 0;
        double worst = 1;
        const int Tried = 200;
        for (int i = 0; i < Tried; i++)
        {
            var judge = new Judge(random, random.Next(2, 9));
            long best = judge.Best();
            IReadOnlyList<ElementType[]> found = TypeSearch.Run(judge.Units, judge);
            Assert.IsNotEmpty(found, $"seed {seed}, case {i}");
            Assert.IsTrue(judge.MeetsOnAll(found[0]));
            Assert.IsLessThanOrEqualTo(judge.CostOf(judge.Wide), judge.CostOf(found[0]));
            double ratio = (double)judge.CostOf(found[0]) / best;
            sum += ratio;
            worst = Math.Max(worst, ratio);
            Assert.IsLessThanOrEqualTo(TypeSearch.MostMeasured, judge.Measured);
        }

        Console.WriteLine($"{sum / Tried:0.0000} of the best on average, {worst:0.000} at most");
        Assert.IsLessThanOrEqualTo(1.1, worst, $"seed {seed}");
    }

    [TestMethod]
    public void Layers_go_to_float_where_int16_is_not_enough()
    {
        var random = new Random(5);
        var judge = new Judge(random, 6) { Limit = 0 };
        judge.Limit = judge.NoiseOf(judge.Wide) * 0.7;
        ElementType[] found = TypeSearch.Run(judge.Units, judge)[0];
        CollectionAssert.Contains(found, ElementType.Float32);
        Assert.IsTrue(found.Any(type => type != ElementType.Float32));
        Assert.IsTrue(judge.MeetsOnAll(found));
    }

    [TestMethod]
    public void What_fails_on_all_cases_is_not_taken()
    {
        var random = new Random(6);
        var judge = new Judge(random, 7) { OnAll = 0.5 };
        judge.Limit = judge.NoiseOf(judge.Wide) * 2.5;
        ElementType[] found = TypeSearch.Run(judge.Units, judge)[0];
        Assert.IsTrue(judge.MeetsOnAll(found));
    }

    [TestMethod]
    public void A_limit_that_nothing_keeps_gives_nothing()
    {
        var judge = new Judge(new Random(7), 4) { Limit = -1 };
        Assert.IsEmpty(TypeSearch.Run(judge.Units, judge));
    }

    private sealed class Judge : ITypeJudge
    {
        private readonly long[] _narrowCost;
        private readonly long[] _wideCost;
        private readonly long[] _conversionCost;

        public Judge(Random random, int count)
        {
            double Noise() => Math.Exp(random.NextDouble() * 6);
            Units = [.. Enumerable.Range(0, count).Select(_ => Noise()).Select(noise => new TypeOptions(ElementType.Int8, ElementType.Int16, noise, noise * random.NextDouble() * 0.5))];
            _narrowCost = [.. Units.Select(_ => (long)random.Next(1000, 50_000))];
            _wideCost = [.. _narrowCost.Select(cost => cost * random.Next(2, 5))];
            _conversionCost = [.. Units.Select(_ => (long)random.Next(0, 3000))];
            ElementType[] narrow = [.. Units.Select(unit => unit.Narrow)];
            Limit = NoiseOf(Wide) + (random.NextDouble() * (NoiseOf(narrow) - NoiseOf(Wide)));
        }

        public TypeOptions[] Units { get; }

        public double Limit { get; set; }

        public double OnAll { get; init; } = 1;

        public int Measured { get; private set; }

        public ElementType[] Wide => [.. Units.Select(unit => unit.Wide)];

        public double NoiseOf(ElementType[] types) => types.Select((type, i) =>
            type == ElementType.Int8 ? Units[i].NarrowNoise : type == ElementType.Int16 ? Units[i].WideNoise : 0).Sum();

        public long CostOf(ElementType[] types)
        {
            long cost = 0;
            for (int i = 0; i < types.Length; i++)
            {
                cost += types[i] == ElementType.Int8 ? _narrowCost[i] : types[i] == ElementType.Int16 ? _wideCost[i] : _wideCost[i] * 3;
                cost += i > 0 && types[i] != types[i - 1] ? _conversionCost[i] : 0;
            }

            return cost;
        }

        public bool Meets(ElementType[] types)
        {
            Measured++;
            return NoiseOf(types) <= Limit;
        }

        public bool MeetsOnAll(ElementType[] types) => NoiseOf(types) <= Limit * OnAll;

        public long Best() => Enumerable.Range(0, 1 << Units.Length)
            .Select(set => Units.Select((unit, i) => (set & (1 << i)) != 0 ? unit.Wide : unit.Narrow).ToArray())
            .Where(MeetsOnAll).Min(CostOf);
    }
}
