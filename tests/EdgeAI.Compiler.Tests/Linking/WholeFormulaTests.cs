using EdgeAI.Compiler.Linking;

namespace EdgeAI.Compiler.Tests.Linking;

/// <summary>Sizes of working memory as users write them.</summary>
[TestClass]
public sealed class WholeFormulaTests
{
    private static readonly Dictionary<string, long> Values = new(StringComparer.Ordinal) { ["rows"] = 3, ["depth"] = 10 };

    [TestMethod]
    [DataRow("0", 0L)]
    [DataRow("2 * depth + 4", 24L)]
    [DataRow("2 * (depth + 4)", 28L)]
    [DataRow("depth - 3 - 2", 5L)]
    [DataRow(" depth / 4 * 4 ", 8L)]
    [DataRow("16 + (rows - 7) / 3", 14L)]
    public void Formulas_follow_the_usual_precedence(string text, long bytes) => Assert.AreEqual(bytes, new WholeFormula(text).Evaluate(Values));

    [TestMethod]
    [DataRow("", "missing")]
    [DataRow("width", "'width' is no number")]
    [DataRow("2 *", "missing")]
    [DataRow("(2", "')'")]
    [DataRow("2 % 3", "'%'")]
    [DataRow("1 - 2", "no size")]
    [DataRow("1 / (rows - 3)", "divides by 0")]
    [DataRow("9223372036854775807 * 2", "no size")]
    [DataRow("((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))", "too deep")]
    public void Others_are_refused(string text, string reason)
    {
        FormatException error = Assert.ThrowsExactly<FormatException>(() => new WholeFormula(text).Evaluate(Values));
        Assert.Contains(reason, error.Message);
    }
}
