using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Settings;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Tests.Limits;

/// <summary>Each limit on both sides of its figure, and without one. The sample needs 320 + 8 + 200 bytes of SRAM and 4,000 of flash.</summary>
[TestClass]
public sealed class BudgetCheckTests
{
    [TestMethod]
    public void Sram_counts_arena_static_data_and_stack()
    {
        Assert.IsEmpty(Found(Samples.Limit(sram: 528)));
        Diagnostic broken = One(Samples.Limit(sram: 527), "EAI3101", Severity.Error);
        StringAssert.Contains(broken.Message, "528 bytes");
        StringAssert.Contains(broken.Message, "527");
        StringAssert.Contains(broken.Message, "step 0");
        StringAssert.Contains(broken.Message, "'image'");
        StringAssert.Contains(broken.Message, "make these tensors smaller (resolution, channels), or set");
        Assert.AreEqual("models/tiny.onnx", broken.File);
    }

    [TestMethod]
    public void Arena_alone_breaks_the_sram_budget_without_any_compiler()
    {
        Diagnostic broken = One(Samples.Limit(sram: 319), "EAI3101", Severity.Error, Samples.ManagedOnly);
        StringAssert.Contains(broken.Message, "at least 320");
    }

    [TestMethod]
    public void Sram_without_the_stack_is_not_measured()
    {
        Diagnostic told = One(Samples.Limit(sram: 100_000), "EAI3109", Severity.Warning, Samples.ManagedOnly);
        StringAssert.Contains(told.Message, "arm-none-eabi-gcc is not on the PATH");
        One(Samples.Limit(sram: 100_000), "EAI3109", Severity.Warning,
            Samples.Measured with { Elf = new ElfFigures(3000, 1000, 8, null) });
        One(Samples.Limit(sram: 100_000), "EAI3109", Severity.Error, Samples.ManagedOnly, mustBeMeasured: true);
    }

    [TestMethod]
    public void Flash_counts_weights_and_code()
    {
        Assert.IsEmpty(Found(Samples.Limit(flash: 4000)));
        Diagnostic broken = One(Samples.Limit(flash: 3999), "EAI3102", Severity.Error);
        StringAssert.Contains(broken.Message, "'matrix'");
    }

    /// <summary>Of settings only those are advised that can help.</summary>
    [TestMethod]
    [DataRow(OptimizationGoal.Balanced, 3999L, true)]
    [DataRow(OptimizationGoal.Speed, 3999L, true)]
    [DataRow(OptimizationGoal.Size, 3999L, false)]
    [DataRow(OptimizationGoal.Balanced, Samples.WeightBytes, false, DisplayName = "weights alone reach the limit")]
    public void Smaller_kernels_are_advised_where_there_are_some(OptimizationGoal goal, long limit, bool isAdvised)
    {
        ReportedModel model = Samples.Model(Samples.Limit(flash: limit));
        string told = Samples.Run(Samples.Request(model with { Settings = model.Settings with { Optimize = goal } })).Found.Single().Message;
        Assert.AreEqual(isAdvised, told.Contains("set EdgeAIOptimize=\"Size\", which takes smaller, slower kernels, make", StringComparison.Ordinal), told);
        Assert.IsFalse(told.Contains("integer type", StringComparison.Ordinal), told);
    }

    [TestMethod]
    public void An_integer_type_is_advised_for_weights_in_float()
    {
        Graph graph = Samples.Graph();
        Tensor features = graph.Nodes[4].Output;
        var scaled = new Tensor("scaled", ElementType.Float32, features.Shape);
        Tensor matrix = Tensor.FromValues<float>("floats", ElementType.Float32, new Shape(3, 3), new float[9]);
        graph.Nodes.Add(new Node("last", "FullyConnected", new FullyConnectedAttributes(Clamp.None)) { Inputs = [features, matrix, null], Outputs = [scaled] });
        graph.Outputs[0] = scaled;
        string told = Samples.Run(Samples.Request(Samples.Model(Samples.Limit(flash: 3999), graph: graph))).Found.Single().Message;
        StringAssert.Contains(told, "use an integer type for the layers with weights in float, make");
    }

    [TestMethod]
    public void Flash_without_an_image_is_decided_by_the_planned_weights_alone()
    {
        One(Samples.Limit(flash: Samples.WeightBytes - 1), "EAI3102", Severity.Error, Samples.ManagedOnly);
        One(Samples.Limit(flash: Samples.WeightBytes), "EAI3109", Severity.Warning, Samples.ManagedOnly);
    }

    [TestMethod]
    public void Accuracy_is_compared_with_its_least()
    {
        Assert.IsEmpty(Found(Samples.Limit(accuracy: 0.95)));
        Diagnostic broken = One(Samples.Limit(accuracy: 0.955), "EAI3103", Severity.Error);
        StringAssert.Contains(broken.Message, "0.95 ");
        StringAssert.Contains(broken.Message, "'conv1/Conv2D'");
        StringAssert.Contains(One(Samples.Limit(accuracy: 0.97), "EAI3103", Severity.Error).Message, "train it further");
        One(Samples.Limit(accuracy: 0.5), "EAI3109", Severity.Warning, Samples.ManagedOnly);
        One(Samples.Limit(accuracy: 0.5), "EAI3109", Severity.Error, Samples.ManagedOnly, mustBeMeasured: true);
    }

    /// <summary>Of two noises at a ratio the worse one decides; a ratio that was not measured, or without labels, is told.</summary>
    [TestMethod]
    public void Accuracy_in_noise_is_compared_with_its_least()
    {
        Assert.IsEmpty(Found(Samples.LimitInNoise(20, 0.9), Samples.InNoise));
        Diagnostic broken = One(Samples.LimitInNoise(20, 0.901), "EAI3111", Severity.Error, Samples.InNoise);
        StringAssert.Contains(broken.Message, "top-1 accuracy of 0.9 at 20 dB of 'hum' noise (20 test cases), its MinAccuracyAtSnr is 0.901 there");
        StringAssert.Contains(broken.Message, "The model in float reaches 0.95 there");
        StringAssert.Contains(One(Samples.LimitInNoise(10, 0.7), "EAI3111", Severity.Error, Samples.InNoise).Message, "train it with such noise");
        One(Samples.LimitInNoise(15, 0.1), "EAI3109", Severity.Warning, Samples.InNoise);
        One(Samples.LimitInNoise(20, 0.1), "EAI3109", Severity.Warning, Samples.ManagedOnly);
        One(Samples.LimitInNoise(20, 0.1), "EAI3109", Severity.Error, Samples.ManagedOnly, mustBeMeasured: true);
    }

    [TestMethod]
    public void A_drop_equal_to_its_most_is_met_whatever_the_rounding()
    {
        // 0.985 - 0.98 is 0.0050000000000000044 in binary.
        SimulationResult simulation = Samples.Measured with { Accuracy = new AccuracyFigures("top1", 0.985, 0.98, 30, 200) };
        Assert.IsEmpty(Found(Samples.Limit(drop: 0.005), simulation));
        Diagnostic broken = One(Samples.Limit(drop: 0.0049), "EAI3104", Severity.Error, simulation);
        StringAssert.Contains(broken.Message, "0.005");
        Assert.IsEmpty(Found(Samples.Limit(drop: 0), Samples.Measured with { Accuracy = new AccuracyFigures("top1", 0.9, 0.95, 30, 20) }));
        One(Samples.Limit(drop: 0.1), "EAI3109", Severity.Warning,
            Samples.Measured with { Accuracy = new AccuracyFigures("top1", null, 0.95, null, 20) });
    }

    [TestMethod]
    public void Noise_is_compared_with_its_least_ratio()
    {
        Assert.IsEmpty(Found(Samples.Limit(sqnr: 31.25)));
        One(Samples.Limit(sqnr: 31.26), "EAI3105", Severity.Error);
        One(Samples.Limit(sqnr: 1), "EAI3109", Severity.Warning, Samples.ManagedOnly);
        One(Samples.Limit(sqnr: 1), "EAI3109", Severity.Warning,
            Samples.Measured with { Accuracy = new AccuracyFigures("top1", 0.9, 0.9, null, 20) });
    }

    [TestMethod]
    public void No_noise_meets_every_ratio() =>
        Assert.IsEmpty(Found(Samples.Limit(sqnr: 500), Samples.Measured with { Accuracy = new AccuracyFigures(null, null, null, null, 20, true) }));

    [TestMethod]
    public void Accuracy_after_synthetic_calibration_never_counts()
    {
        ReportedModel model = Samples.Model(Samples.Limit(accuracy: 0.1, drop: 0.9, sqnr: 1), calibrated: false);
        IReadOnlyList<Diagnostic> found = Samples.Run(Samples.Request(model)).Found;
        CollectionAssert.AreEqual(new[] { "EAI3108", "EAI3108", "EAI3108" }, found.Select(diagnostic => diagnostic.Code).ToArray());
        Assert.IsTrue(found.All(diagnostic => diagnostic.Severity == Severity.Error));
        ReportedModel unmeasured = Samples.Model(Samples.Limit(accuracy: 0.1), Samples.ManagedOnly, calibrated: false);
        Assert.AreEqual("EAI3108", Samples.Run(Samples.Request(unmeasured)).Found.Single().Code);
    }

    [TestMethod]
    public void Time_fails_at_one_cycle_an_instruction_or_is_undecided()
    {
        // 200,000 instructions at 100 MHz.
        One(Samples.Limit(latency: 1.999), "EAI3106", Severity.Error);
        One(Samples.Limit(latency: 2), "EAI3107", Severity.Warning);
        One(Samples.Limit(latency: 2), "EAI3107", Severity.Warning, mustBeMeasured: true);
        One(Samples.Limit(latency: 2), "EAI3109", Severity.Warning, Samples.ManagedOnly);
        ReportedModel withoutClock = Samples.Model(Samples.Limit(latency: 2), target: Samples.Target(clockMhz: null));
        Assert.AreEqual("EAI3109", Samples.Run(Samples.Request(withoutClock)).Found.Single().Code);
    }

    [TestMethod]
    [DataRow(528L + 8, 8000L, "", DisplayName = "everything fits")]
    [DataRow(528L - 1, 8000L, "EAI3101", DisplayName = "one shared arena is too large")]
    [DataRow(528L + 8, 4999L, "EAI3102", DisplayName = "both weights and the larger code are too large")]
    [DataRow(528L + 8, 5000L, "EAI3109", DisplayName = "between shared and separate kernels")]
    public void Target_sizes_are_those_of_all_models_together(long sram, long flash, string code)
    {
        ReportRequest request = Samples.Request(Samples.Model(), Samples.Model(name: "other")) with
        {
            TargetBudgets = ImmutableSortedDictionary<string, Budgets>.Empty.Add("board", Samples.Limit(sram: sram, flash: flash)),
        };
        IReadOnlyList<Diagnostic> found = Samples.Run(request).Found;
        CollectionAssert.AreEqual(code.Length == 0 ? [] : new[] { code }, found.Select(diagnostic => diagnostic.Code).ToArray());
    }

    [TestMethod]
    public void Target_memory_holds_models_that_may_run_together_side_by_side()
    {
        ReportRequest Together(long sram) => Samples.Request(Samples.Model(), Samples.Model(name: "other")) with
        {
            TargetBudgets = ImmutableSortedDictionary<string, Budgets>.Empty.Add("board", Samples.Limit(sram: sram)),
            Concurrency = new([("other", "tiny")]),
        };
        Assert.IsEmpty(Samples.Run(Together(2 * 320 + 2 * 8 + 200)).Found);
        Diagnostic broken = Samples.Run(Together(2 * 320 + 8 + 199)).Found.Single();
        Assert.AreEqual("EAI3101", broken.Code);
        StringAssert.Contains(broken.Message, "arena 640");
    }

    [TestMethod]
    public void Other_target_limits_are_for_each_model()
    {
        ReportRequest request = Samples.Request(Samples.Model(), Samples.Model(name: "other")) with
        {
            TargetBudgets = ImmutableSortedDictionary<string, Budgets>.Empty
                .Add("board", Samples.Limit(accuracy: 0.99)).Add("unused", Samples.Limit(sram: 1)),
        };
        IReadOnlyList<Diagnostic> found = Samples.Run(request).Found;
        CollectionAssert.AreEqual(
            new[] { "models/tiny.onnx", "models/other.onnx" }, found.Select(diagnostic => diagnostic.File).ToArray());
        StringAssert.Contains(found[0].Message, "the target's MinAccuracy");
    }

    private static IReadOnlyList<Diagnostic> Found(Budgets budgets, SimulationResult? simulation = null, bool mustBeMeasured = false) =>
        Samples.Run(Samples.Request(Samples.Model(budgets, simulation)) with { BudgetsMustBeMeasured = mustBeMeasured }).Found;

    private static Diagnostic One(
        Budgets budgets, string code, Severity severity, SimulationResult? simulation = null, bool mustBeMeasured = false)
    {
        Diagnostic found = Found(budgets, simulation, mustBeMeasured).Single();
        Assert.AreEqual(code, found.Code, found.Message);
        Assert.AreEqual(severity, found.Severity, found.Message);
        return found;
    }
}
