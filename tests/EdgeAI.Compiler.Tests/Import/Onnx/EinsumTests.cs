using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>Einsum against the sum that its definition writes down; losses against values by hand.</summary>
[TestClass]
public sealed class EinsumTests
{
    private static readonly Dictionary<char, int> Extents = new() { ['a'] = 2, ['b'] = 3, ['c'] = 4, ['d'] = 5, ['e'] = 2, ['x'] = 3, ['y'] = 2 };

    [TestMethod]
    [DataRow("ab,bc->ac", "ab,bc->ac")]
    [DataRow("ab,bc", "ab,bc->ac")]
    [DataRow("ba", "ba->ab")]
    [DataRow("abc->", "abc->")]
    [DataRow("abc->ca", "abc->ca")]
    [DataRow("aab->ab", "aab->ab")]
    [DataRow("abad,cd->ba", "abad,cd->ba")]
    [DataRow("ab,ab->ab", "ab,ab->ab")]
    [DataRow("a,b->ba", "a,b->ba")]
    [DataRow("abc,abd->acd", "abc,abd->acd")]
    [DataRow("abcd,cbe->ade", "abcd,cbe->ade")]
    [DataRow("ab,bc,cd->ad", "ab,bc,cd->ad")]
    [DataRow("ab,bc,ac->", "ab,bc,ac->")]
    [DataRow(" ...ab , ...bc -> ...ac ", "xyab,xybc->xyac")]
    [DataRow("...ab,b->...a", "xyab,b->xya")]
    [DataRow("a...->...a", "axy->xya")]
    public void IsTheSumOfProducts(string equation, string plain)
    {
        string[] sides = plain.Split("->");
        string[] terms = sides[0].Split(',');
        var random = new Random(7);
        float[][] operands = [.. terms.Select(term => Enumerable.Range(0, Size(term)).Select(_ => random.NextSingle() - 0.5f).ToArray())];
        var model = new OnnxModels();
        for (int i = 0; i < terms.Length; i++)
        {
            model.Input($"x{i}", [.. terms[i].Select(label => (object)Extents[label])]);
        }

        model.Node("Einsum", [.. terms.Select((_, i) => $"x{i}")], ["y"],
            OnnxModels.Text("equation", equation)).Output("y");
        float[] found = Run(model, operands);
        string labels = string.Concat(plain.Where(char.IsAsciiLetter).Distinct());
        float[] expected = new float[Size(sides[1])];
        for (int i = 0; i < Size(labels); i++)
        {
            var place = new Dictionary<char, int>();
            int rest = i;
            foreach (char label in labels)
            {
                place[label] = rest % Extents[label];
                rest /= Extents[label];
            }

            expected[At(sides[1], place)] += terms.Select((term, k) => operands[k][At(term, place)]).Aggregate(1f, (product, value) => product * value);
        }

        Assert.HasCount(expected.Length, found);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], found[i], 1e-4f, $"{equation} [{i}]");
        }
    }

    [TestMethod]
    [DataRow("ab,bc->aa")]
    [DataRow("ab->abz")]
    [DataRow("ab")]
    [DataRow("ab,bcd->a")]
    [DataRow("ab,c%->a")]
    public void EquationsThatDoNotFitAreRefused(string equation)
    {
        var model = new OnnxModels().Input("x", 2, 3).Input("y", 3, 4).Node("Einsum", ["x", "y"], ["z"],
            OnnxModels.Text("equation", equation)).Output("z");
        Assert.AreEqual("EAI1103", model.Errors()[0].Code);
    }

    [TestMethod]
    public void LossIsTheWeightedMeanOverClassesThatCount()
    {
        OnnxModels model = new OnnxModels().Input("x", 3, 2).Integers("t", 0, 1, 0).Constant("w", [2], 2, 3)
            .Node("NegativeLogLikelihoodLoss", ["x", "t", "w"], ["y"], OnnxModels.Int("ignore_index", 1)).Output("y");
        Assert.AreEqual(-2f, Run(model, [1, 2, 3, 4, 3, 6]).Single(), 1e-6f);
        model = new OnnxModels().Input("x", 1, 2).Integers("t", 1)
            .Node("SoftmaxCrossEntropyLoss", ["x", "t"], ["y", "z"]).Output("y").Output("z");
        Assert.AreEqual(MathF.Log(1 + MathF.E), Run(model, [2, 1]).Single(), 1e-5f);
    }

    private static float[] Run(OnnxModels model, params float[][] operands)
    {
        var executor = new GraphExecutor(OnnxModels.Import(model.Bytes));
        for (int i = 0; i < operands.Length; i++)
        {
            executor.SetInput(i, MemoryMarshal.AsBytes<float>(operands[i]));
        }

        executor.Run();
        return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }

    private static int Size(string labels) => labels.Aggregate(1, (product, label) => product * Extents[label]);

    private static int At(string labels, Dictionary<char, int> place) => labels.Aggregate(0, (at, label) => (at * Extents[label]) + place[label]);
}
