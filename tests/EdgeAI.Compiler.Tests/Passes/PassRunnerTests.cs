using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Tests.Passes;

[TestClass]
public sealed class PassRunnerTests
{
    [TestMethod]
    public void APassThatChangesTheNumbersIsNamed()
    {
        DiagnosticException error = Fail(new SwapAddForMultiply());
        Assert.AreEqual("EAI1050", error.Diagnostics[0].Code);
        StringAssert.Contains(error.Message, nameof(SwapAddForMultiply));
        StringAssert.Contains(error.Message, "models/m.onnx");
    }

    [TestMethod]
    public void AmongManyPassesTheOneAtFaultIsFoundAgain()
    {
        Graph graph = Sum();
        DiagnosticException error = Assert.ThrowsExactly<DiagnosticException>(() =>
            PassRunner.Run(graph, [new HarmlessRename(), new SwapAddForMultiply(), new HarmlessRename()], [], workForEachPass: -1));
        Assert.AreEqual("EAI1050", error.Diagnostics[0].Code);
        StringAssert.Contains(error.Message, nameof(SwapAddForMultiply));
    }

    [TestMethod]
    public void APassThatBreaksTheGraphIsNamed()
    {
        DiagnosticException error = Fail(new ReadTooEarly());
        Assert.AreEqual("EAI1051", error.Diagnostics[0].Code);
        StringAssert.Contains(error.Message, nameof(ReadTooEarly));
    }

    [TestMethod]
    public void APassThatRenamesAnOutputIsNamed()
    {
        DiagnosticException error = Fail(new RenameOutput());
        Assert.AreEqual("EAI1051", error.Diagnostics[0].Code);
        StringAssert.Contains(error.Message, nameof(RenameOutput));
    }

    [TestMethod]
    public void APassThatThrowsIsNamed()
    {
        DiagnosticException error = Fail(new ThrowAlways());
        Assert.AreEqual("EAI1051", error.Diagnostics[0].Code);
        StringAssert.Contains(error.Message, "nothing to see");
    }

    [TestMethod]
    [DataRow(ElementType.Float32, 1 << 26)]
    [DataRow(ElementType.Int8, 1 << 25)]
    public void AGraphOfLargeValuesIsNotRun(ElementType type, int count)
    {
        var graph = new Graph { Name = "large" };
        QuantizationParameters? quantization = type == ElementType.Int8 ? QuantizationParameters.PerTensor(1, 0) : null;
        var x = new Tensor("x", type, new Shape(count)) { Quantization = quantization };
        var y = new Tensor("y", type, x.Shape) { Quantization = quantization };
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Nodes.Add(new Node("absolute", "Absolute", UnaryAttributes.None) { Inputs = [x], Outputs = [y] });
        long before = GC.GetAllocatedBytesForCurrentThread();
        PassRunner.Run(graph, [], CancellationToken.None);
        Assert.IsLessThan(1 << 24, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void ARunIsCancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => PassRunner.Run(Sum(), [], source.Token));
    }

    [TestMethod]
    public void IntegersMustBeTheSame()
    {
        var builder = new GraphBuilder();
        var quantization = QuantizationParameters.PerTensor(0.1f, 3);
        Tensor x = builder.Input(ElementType.Int8, quantization, 2, 8);
        Graph graph = builder.Build(builder.Relu(x));
        DiagnosticException error = Assert.ThrowsExactly<DiagnosticException>(() => PassRunner.Run(graph, [new MoveLimit()], []));
        StringAssert.Contains(error.Message, "integers");
    }

    /// <summary>A difference of 1e-5 moves a few of many values over the border between whole numbers, by more than floats may move.</summary>
    [TestMethod]
    [DataRow("Round", 1.00001f, true)]
    [DataRow("Round", 1.2f, false)]
    [DataRow("Absolute", 1.00001f, true)]
    [DataRow("Absolute", 1.001f, false)]
    public void WholeNumbersMayChangeByAStep(string function, float factor, bool passes)
    {
        var builder = new GraphBuilder();
        Tensor product = builder.Binary("Multiply", builder.Input(1, 20_000), builder.Scalar(100));
        Graph graph = builder.Build(builder.Unary(function, product));
        if (passes)
        {
            PassRunner.Run(graph, [new Scale(factor)], []);
        }
        else
        {
            Assert.AreEqual("EAI1050", Assert.ThrowsExactly<DiagnosticException>(() => PassRunner.Run(graph, [new Scale(factor)], [])).Diagnostics[0].Code);
        }
    }

    private static DiagnosticException Fail(Pass pass) =>
        Assert.ThrowsExactly<DiagnosticException>(() => PassRunner.Run(Sum(), [new RemoveDeadNodes(), pass, new DeduplicateConstants()], [], "models/m.onnx"));

    private static Graph Sum()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 8);
        return builder.Build(builder.Relu(builder.Binary("Add", x, builder.Constant(1, 8))));
    }

    private sealed class SwapAddForMultiply : Pass
    {
        public override bool Run(Graph graph)
        {
            graph.Nodes[0].Operator = "Multiply";
            return true;
        }
    }

    private sealed class HarmlessRename : Pass
    {
        public override bool Run(Graph graph)
        {
            graph.Nodes[0].Name += "_";
            return true;
        }
    }

    private sealed class ReadTooEarly : Pass
    {
        public override bool Run(Graph graph)
        {
            (graph.Nodes[0], graph.Nodes[1]) = (graph.Nodes[1], graph.Nodes[0]);
            return true;
        }
    }

    private sealed class RenameOutput : Pass
    {
        public override bool Run(Graph graph)
        {
            graph.Outputs[0].Name = "another";
            return true;
        }
    }

    private sealed class ThrowAlways : Pass
    {
        public override bool Run(Graph graph) => throw new InvalidOperationException("nothing to see");
    }

    /// <summary>Once: the factor that the first node multiplies by.</summary>
    private sealed class Scale(float factor) : Pass
    {
        private bool _isDone;

        public override bool Run(Graph graph)
        {
            Tensor old = graph.Nodes[0].Input(1);
            graph.Nodes[0].Inputs[1] = Tensor.FromValues("scaled", ElementType.Float32, old.Shape, [old.Values<float>()[0] * factor]);
            bool changes = !_isDone;
            _isDone = true;
            return changes;
        }
    }

    private sealed class MoveLimit : Pass
    {
        public override bool Run(Graph graph)
        {
            graph.Nodes[0].Attributes = new ClampAttributes(new Clamp(0.2f, float.PositiveInfinity));
            return true;
        }
    }
}
