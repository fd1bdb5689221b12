using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Tests.Emission;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>WHILE and IF whose conditions are known only at run time.</summary>
[TestClass]
public sealed class ControlFlowTests(TestContext context)
{
    private const sbyte Float = 0;
    private const sbyte Int32 = 2;
    private const sbyte Bool = 6;
    private const int Add = 0;
    private const int Concatenation = 2;
    private const int Less = 58;
    private const int And = 86;
    private const int Not = 87;
    private const int Or = 84;
    private const int GreaterEqual = 62;
    private const int If = 118;
    private const int While = 119;

    [TestMethod]
    [DataRow(1f, 16f, 4, false)]
    [DataRow(3f, 12f, 2, true)]
    [DataRow(100f, 100f, 0, false)]
    [DataRow(0.001f, 0.064f, 6, false)]
    public void A_while_that_a_counter_bounds_ends_by_values(float x, float expected, int rounds, bool inC)
    {
        Assert.AreEqual((expected, rounds), Run(Doubling(bound: 6, byNegation: false), x, inC));
        Assert.AreEqual((expected, rounds), Run(Doubling(bound: 6, byNegation: true), x, inC: false));
    }

    [TestMethod]
    public void A_while_without_a_bound_is_refused()
    {
        Diagnostic told = Refused(Doubling(bound: null, byNegation: false));
        Assert.AreEqual("EAI1203", told.Code);
        Assert.Contains("counter", told.Message);
    }

    [TestMethod]
    public void Branches_of_other_shapes_are_refused_with_both()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float, [1, 2]);
        int y = file.Tensor("y", Float, [1, 2]);
        file.Operator(Add, [x, x], [y]);
        int yes = file.InnerGraph([x], [y]);
        x = file.Tensor("x", Float, [1, 2]);
        y = file.Tensor("y", Float, [1, 4]);
        file.Operator(Concatenation, [x, x], [y], (0, 1));
        int no = file.InnerGraph([x], [y]);
        int flag = file.Tensor("flag", Bool, []);
        x = file.Tensor("x", Float, [1, 2]);
        y = file.Tensor("y", Float, [1, -1], signature: [1, -1]);
        file.Operator(If, [flag, x], [y], (0, yes), (1, no));
        Diagnostic told = Refused(file.Finish([flag, x], [y]));
        Assert.AreEqual("EAI1203", told.Code);
        Assert.Contains("[1,2]", told.Message);
        Assert.Contains("[1,4]", told.Message);
    }

    /// <summary>Doubles x while it is below 10, and counts the rounds.</summary>
    private static byte[] Doubling(int? bound, bool byNegation)
    {
        var file = new TfLiteFiles();
        int i = file.Tensor("i", Int32, []);
        int x = file.Tensor("x", Float, [1]);
        int ten = file.Tensor("ten", Float, [1], BitConverter.GetBytes(10f));
        int isSmall = file.Tensor("small", Bool, [1]);
        int result = isSmall;
        file.Operator(Less, [x, ten], [isSmall]);
        if (bound is { } most)
        {
            int limit = file.Tensor("limit", Int32, [], BitConverter.GetBytes(most));
            int isBefore = file.Tensor("before", Bool, []);
            result = file.Tensor("on", Bool, [1]);
            if (byNegation)
            {
                // not (i >= limit or not small)
                int isLarge = file.Tensor("large", Bool, [1]);
                int ends = file.Tensor("ends", Bool, [1]);
                file.Operator(GreaterEqual, [i, limit], [isBefore]);
                file.Operator(Not, [isSmall], [isLarge]);
                file.Operator(Or, [isBefore, isLarge], [ends]);
                file.Operator(Not, [ends], [result]);
            }
            else
            {
                file.Operator(Less, [i, limit], [isBefore]);
                file.Operator(And, [isBefore, isSmall], [result]);
            }
        }

        int condition = file.InnerGraph([i, x], [result]);
        i = file.Tensor("i", Int32, []);
        x = file.Tensor("x", Float, [1]);
        int one = file.Tensor("one", Int32, [], BitConverter.GetBytes(1));
        int next = file.Tensor("next", Int32, []);
        int doubled = file.Tensor("doubled", Float, [1]);
        file.Operator(Add, [i, one], [next]);
        file.Operator(Add, [x, x], [doubled]);
        int body = file.InnerGraph([i, x], [bound is null ? i : next, doubled]);
        int zero = file.Tensor("zero", Int32, [], BitConverter.GetBytes(0));
        x = file.Tensor("x", Float, [1]);
        int rounds = file.Tensor("rounds", Int32, []);
        int y = file.Tensor("y", Float, [1]);
        file.Operator(While, [zero, x], [rounds, y], (0, condition), (1, body));
        return file.Finish([x], [y, rounds]);
    }

    private (float Value, int Rounds) Run(byte[] file, float x, bool inC)
    {
        Graph graph = Import(file).Graph;
        var executor = new GraphExecutor(graph);
        byte[] input = BitConverter.GetBytes(x);
        executor.SetInput(0, input);
        executor.Run();
        if (inC)
        {
            GeneratedC.Check(context, graph, executor, input);
        }

        return (MemoryMarshal.Cast<byte, float>(executor.Output(0))[0], MemoryMarshal.Cast<byte, int>(executor.Output(1))[0]);
    }

    private static ImportedModel Import(byte[] file) => ImportStage.Run(
        new("loop", "loop.tflite", file, ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None);

    private static Diagnostic Refused(byte[] file) => Assert.ThrowsExactly<DiagnosticException>(() => Import(file)).Diagnostics.Single();
}
