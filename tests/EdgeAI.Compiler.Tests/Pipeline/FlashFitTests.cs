using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization.Mixed;

namespace EdgeAI.Compiler.Tests.Pipeline;

/// <summary>Which layers get int4 weights, on costs and noises that are made up.</summary>
[TestClass]
public sealed class FlashFitTests
{
    private const long Code = 1000;

    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void WhatIsFoundKeepsBothLimitsAndWhatIsNotFoundIsTold()
    {
        int seed = Seeds.Of(TestContext);
        var random = new Random(seed);
        int found = 0;
        int unreachable = 0;
        for (int round = 0; round < 200; round++)
        {
            int count = random.Next(1, 12);
            TypeOptions[] units = [.. Enumerable.Range(0, count).Select(_ => new TypeOptions(ElementType.Int8, ElementType.Int16, random.NextDouble(), random.NextDouble() / 100))];
            NibbleOption?[] nibbles = [.. units.Select(unit => random.Next(4) == 0 ? null : new NibbleOption(unit.NarrowNoise * (1 + (5 * random.NextDouble())), random.Next(0, 500), "FullyConnected"))];
            long weights = nibbles.Sum(one => 2 * (one?.SavedBytes ?? 50));
            long Flash(ElementType[] types) => Code + weights - types.Select((type, i) => type == ElementType.Int4 ? nibbles[i]!.SavedBytes : 0).Sum();
            double mostNoise = units.Sum(unit => unit.NarrowNoise) * (1 + random.NextDouble());
            double Noise(ElementType[] types) => types.Select((type, i) => type switch
            {
                ElementType.Int4 => nibbles[i]!.Noise,
                ElementType.Int8 => units[i].NarrowNoise,
                ElementType.Int16 => units[i].WideNoise,
                _ => 0,
            }).Sum();
            var judge = new Judge(types => Noise(types) <= mostNoise);
            long limit = Code + weights - random.Next(1, 1500);
            ElementType[] start = [.. units.Select(unit => unit.Narrow)];
            var fit = new FlashFit(units, nibbles, Flash, judge.CostOf, options => TypeSearch.Run(options, judge));
            IReadOnlyList<ElementType[]> kept = fit.Run(start, limit);
            long least = Flash([.. units.Select((unit, i) => nibbles[i] is { SavedBytes: > 0 } ? ElementType.Int4 : unit.Narrow)]);
            foreach (ElementType[] types in kept)
            {
                Assert.IsLessThanOrEqualTo(limit, Flash(types), $"seed {seed}, round {round}");
                Assert.IsLessThanOrEqualTo(mostNoise, Noise(types), $"seed {seed}, round {round}");
                Assert.Contains(ElementType.Int4, types);
            }

            if (least > limit)
            {
                Assert.IsEmpty(kept);
                Assert.IsNull(fit.Fitting);
                Assert.AreEqual(least, fit.LeastBytes, $"seed {seed}, round {round}");
                unreachable++;
            }
            else
            {
                Assert.IsNotNull(fit.Fitting);
                Assert.IsLessThanOrEqualTo(limit, Flash(fit.Fitting), $"seed {seed}, round {round}");

                // One layer less would not do.
                foreach (int unit in Enumerable.Range(0, count).Where(unit => fit.Fitting[unit] == ElementType.Int4 && nibbles.Length > 1))
                {
                    ElementType[] fewer = [.. fit.Fitting];
                    fewer[unit] = units[unit].Narrow;
                    Assert.IsTrue(Flash(fewer) > limit || fit.Fitting.Count(type => type == ElementType.Int4) == 1, $"seed {seed}, round {round}");
                }

                found += kept.Count > 0 ? 1 : 0;
            }
        }

        Assert.IsGreaterThan(40, found);
        Assert.IsGreaterThan(10, unreachable);
    }

    [TestMethod]
    public void TheLayersThatCostLeastForTheirBytesAreTakenWhileQualityAllowsThem()
    {
        TypeOptions[] units = [.. Enumerable.Range(0, 3).Select(_ => new TypeOptions(ElementType.Int8, ElementType.Int16, 1, 0.1))];
        NibbleOption?[] nibbles = [new(9, 400, "Conv2D"), new(2, 100, "Conv2D"), new(5, 400, "Conv2D")];
        long[] costs = [1, 5, 40];
        long Flash(ElementType[] types) => 2000 - types.Select((type, i) => type == ElementType.Int4 ? nibbles[i]!.SavedBytes : 0).Sum();
        double Noise(ElementType[] types) => types.Select((type, i) => type == ElementType.Int4 ? nibbles[i]!.Noise : type == ElementType.Int8 ? 1 : 0.1).Sum();
        ElementType[] Best(long limit, double mostNoise)
        {
            var judge = new Judge(types => Noise(types) <= mostNoise, types => types.Select((type, i) => type == ElementType.Int4 ? costs[i] : type == ElementType.Int16 ? 100 : 0).Sum());
            var fit = new FlashFit(units, nibbles, Flash, judge.CostOf, options => TypeSearch.Run(options, judge));
            return fit.Run([ElementType.Int8, ElementType.Int8, ElementType.Int8], limit).FirstOrDefault([]);
        }

        CollectionAssert.AreEqual(new[] { ElementType.Int4, ElementType.Int8, ElementType.Int8 }, Best(1650, 100));
        CollectionAssert.AreEqual(new[] { ElementType.Int8, ElementType.Int8, ElementType.Int4 }, Best(1650, 8));
        CollectionAssert.AreEqual(new[] { ElementType.Int4, ElementType.Int4, ElementType.Int8 }, Best(1550, 100));
        CollectionAssert.AreEqual(new[] { ElementType.Int16, ElementType.Int8, ElementType.Int4 }.Order().ToArray(), Best(1650, 6.2).Order().ToArray(), "an int16 layer pays");
        Assert.IsEmpty(Best(1650, 5));
        Assert.IsEmpty(Best(1000, 100));
    }

    [TestMethod]
    public void AKernelWhoseCodeTakesMoreThanItsLayersSaveIsLeftOut()
    {
        TypeOptions[] units = [.. Enumerable.Range(0, 4).Select(_ => new TypeOptions(ElementType.Int8, ElementType.Int16, 1, 0.1))];
        NibbleOption[] nibbles = [new(2, 300, "Conv2D"), new(2, 100, "DepthwiseConv2D"), new(2, 100, "DepthwiseConv2D"), new(2, 300, "Conv2D")];
        long Flash(ElementType[] types) => 2000 - types.Select((type, i) => type == ElementType.Int4 ? nibbles[i].SavedBytes : 0).Sum()
            + Enumerable.Range(0, 4).Where(i => types[i] == ElementType.Int4).Select(i => nibbles[i].Operator).Distinct().Sum(name => name == "Conv2D" ? 20 : 150);
        var judge = new Judge(_ => true);
        var fit = new FlashFit(units, nibbles, Flash, judge.CostOf, options => TypeSearch.Run(options, judge));
        CollectionAssert.AreEqual(
            new[] { ElementType.Int4, ElementType.Int8, ElementType.Int8, ElementType.Int4 }, fit.Run([.. units.Select(unit => unit.Narrow)], 1430)[0]);
        Assert.HasCount(4, fit.Run([.. units.Select(unit => unit.Narrow)], 1370)[0].Where(type => type == ElementType.Int4).ToArray());
    }

    private sealed class Judge(Func<ElementType[], bool> keeps, Func<ElementType[], long>? costOf = null) : ITypeJudge
    {
        public long CostOf(ElementType[] types) => costOf?.Invoke(types) ?? types.Sum(type => type switch { ElementType.Int8 => 10, ElementType.Int4 => 12, _ => 30 });

        public bool Meets(ElementType[] types) => keeps(types);

        public bool MeetsOnAll(ElementType[] types) => keeps(types);
    }
}
