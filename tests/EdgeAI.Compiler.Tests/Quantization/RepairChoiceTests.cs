using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Compiler.Tests.Quantization;

[TestClass]
public sealed class RepairChoiceTests
{
    /// <summary>Ratios on data held back: without a repair, with corrected biases, with weights rounded for their sums, and what is made.</summary>
    [TestMethod]
    [DataRow(24.1, 26.4, 26.2, "Nearest")]
    [DataRow(42.2, 45.9, 46.5, "OwnSums")]
    [DataRow(34.1, 34.1, 31.3, "OwnSums")]
    [DataRow(34.1, 34.1, 30.9, "")]
    [DataRow(30.0, 31.0, 20.0, "Nearest")]
    public void Int8_takes_the_better_of_two_that_gain(double plainDb, double biasesDb, double roundingDb, string expected) =>
        Assert.AreEqual(expected, RepairChoice.Of(ElementType.Int8, plainDb,
            [(new LayerRepair(RoundingGoal.Nearest), biasesDb), (new LayerRepair(RoundingGoal.OwnSums), roundingDb)])?.Repair.Rounding.ToString() ?? "");

    [TestMethod]
    [DataRow(34.1, 34.1, 31.3, 34.0, "")]
    [DataRow(34.5, 41.4, 50.5, 50.4, "OwnSums")]
    [DataRow(34.5, 41.4, 50.4, 50.5, "ExactSums")]
    public void Int16_takes_what_gains_most(double plainDb, double biasesDb, double roundingDb, double exactDb, string expected) =>
        Assert.AreEqual(expected, RepairChoice.Of(ElementType.Int16, plainDb,
        [
            (new LayerRepair(RoundingGoal.Nearest), biasesDb), (new LayerRepair(RoundingGoal.OwnSums), roundingDb), (new LayerRepair(RoundingGoal.ExactSums), exactDb),
        ])?.Repair.Rounding.ToString() ?? "");
}
