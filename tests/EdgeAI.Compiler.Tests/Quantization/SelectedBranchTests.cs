using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Tests.Emission;
using EdgeAI.Compiler.Tests.Passes;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>Both branches of an If run; the one not taken may make NaN.</summary>
[TestClass]
public sealed class SelectedBranchTests(TestContext context)
{
    [TestMethod]
    [DataRow(ElementType.Int8)]
    [DataRow(ElementType.Int16)]
    public void Branches_that_are_not_taken_may_be_undefined(ElementType type)
    {
        Graph graph = Network(isOutput: false, isReversed: false);
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 32);
        var reference = new GraphExecutor(GraphCopy.Of(graph));
        var diagnostics = new List<Diagnostic>();
        Graph result = IntegerQuantizer.Run(graph, cases, type, diagnostics, CancellationToken.None).Graph;
        Assert.IsEmpty(GraphVerifier.Verify(result));
        Diagnostic[] told = [.. diagnostics.Where(diagnostic => diagnostic.Code == "EAI2002" && diagnostic.Message.Contains("NaN or infinite", StringComparison.Ordinal))];
        Assert.HasCount(2, told, string.Join('\n', diagnostics.Select(diagnostic => diagnostic.Message)));
        var executor = new GraphExecutor(result);
        int taken = 0;
        foreach (TestCase test in cases)
        {
            float[] expected = Run(reference, test);
            float[] actual = Run(executor, test);
            taken += MemoryMarshal.Cast<byte, float>(test.Inputs[0].Span).ContainsAnyInRange(float.NegativeInfinity, 0) ? 0 : 1;
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], actual[i], 0.25f);
            }
        }

        Assert.IsTrue(taken > 0 && taken < cases.Count, $"{taken} cases take the logarithm");
        result.Name = "branches";
        GeneratedC.Check(context, result, executor, cases[^1].Inputs[0].ToArray());
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(false, true)]
    public void What_reaches_an_output_may_not(bool isOutput, bool isReversed)
    {
        Graph graph = Network(isOutput, isReversed);
        DiagnosticException error = Assert.ThrowsExactly<DiagnosticException>(
            () => IntegerQuantizer.Run(graph, SyntheticInputs.Make(graph, 32), ElementType.Int8, [], CancellationToken.None));
        Assert.AreEqual("EAI2003", error.Diagnostics.Single().Code);
    }

    private static float[] Run(GraphExecutor executor, TestCase test)
    {
        executor.SetInput(0, test.Inputs[0].Span);
        executor.Run(CancellationToken.None);
        return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }

    /// <summary>A layer behind min(x) > 0 ? W log(x) : −x, or behind the choice that takes the wrong one.</summary>
    private static Graph Network(bool isOutput, bool isReversed)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 2);
        Tensor least = builder.Op("ReduceMin", new ReduceAttributes([0, 1], false), x);
        Tensor isPositive = builder.Op("Greater", NoAttributes.Instance, least, builder.Scalar(0));
        Tensor logarithm = builder.Op("Logarithm", new UnaryAttributes(0, 0), x);
        Tensor mapped = builder.Op("FullyConnected", new FullyConnectedAttributes(Clamp.None), logarithm, builder.Constant(2, 2), null);
        Tensor negative = builder.Op("Negate", new UnaryAttributes(0, 0), x);
        Tensor chosen = builder.Op("Select", NoAttributes.Instance, isPositive, isReversed ? negative : mapped, isReversed ? mapped : negative);
        Graph graph = builder.Build(builder.Op("FullyConnected", new FullyConnectedAttributes(Clamp.None), chosen, builder.Constant(3, 2), null));
        if (isOutput)
        {
            graph.Outputs.Add(mapped);
        }

        return graph;
    }
}
