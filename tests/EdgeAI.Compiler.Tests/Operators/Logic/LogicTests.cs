using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Tests.Operators.Logic;

/// <summary>Comparison, logic, integer arithmetic, casts and selection: managed against C, and a few values by hand.</summary>
[TestClass]
public sealed class LogicTests
{
    private static readonly ElementType[] Types =
    [
        ElementType.Float32, ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.UInt16,
        ElementType.Int32, ElementType.UInt32, ElementType.Int64, ElementType.UInt64, ElementType.Bool,
    ];

    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260301;
        var nodes = new List<Node>();
        foreach (ElementType type in Types)
        {
            foreach (Operator definition in OperatorCatalog.All.Where(found => found is LogicOperator))
            {
                AddIfTaken(nodes, definition.Name, NoAttributes.Instance, new("a", type, new Shape(2, 1, 5)), new("b", type, new Shape(3, 1)));
            }

            if (type is not (ElementType.Float32 or ElementType.Bool))
            {
                foreach (string name in new[] { "Add", "Subtract", "Multiply", "Maximum", "Minimum" })
                {
                    AddIfTaken(nodes, name, new BinaryAttributes(Clamp.None), new("a", type, new Shape(2, 1, 5)), new("b", type, new Shape(3, 1)));
                }
            }

            foreach (ElementType to in Types)
            {
                AddIfTaken(nodes, "Cast", new CastAttributes(to), new Tensor("x", type, new Shape(31)));
            }

            AddIfTaken(nodes, "Select", NoAttributes.Instance,
                new("c", ElementType.Bool, new Shape(4, 1)), new("yes", type, new Shape(1, 3)), new("no", type, new Shape(2, 4, 3)));
        }

        Assert.IsGreaterThan(150, nodes.Count);
        KernelHarness.Check(TestContext, nodes, seed);
    }

    [TestMethod]
    [DataRow("Modulo", -7, 3, 2)]
    [DataRow("Modulo", 7, -3, -2)]
    [DataRow("Remainder", -7, 3, -1)]
    [DataRow("Remainder", 7, -3, 1)]
    [DataRow("BitwiseXor", 6, 3, 5)]
    public void RemaindersHaveTheirSign(string name, int a, int b, int expected)
    {
        var node = new Node("n", name, NoAttributes.Instance)
        {
            Inputs = [new Tensor("a", ElementType.Int32, Shape.Scalar), new Tensor("b", ElementType.Int32, Shape.Scalar)],
            Outputs = [new Tensor("y", ElementType.Int32, Shape.Scalar)],
        };
        Assert.AreEqual(expected, BitConverter.ToInt32(KernelHarness.Execute(node, BitConverter.GetBytes(a), BitConverter.GetBytes(b))[0]));
    }

    [TestMethod]
    public void NaNIsEqualToNothing()
    {
        var node = new Node("n", "Equal", NoAttributes.Instance)
        {
            Inputs = [new Tensor("a", ElementType.Float32, Shape.Scalar), new Tensor("b", ElementType.Float32, Shape.Scalar)],
            Outputs = [new Tensor("y", ElementType.Bool, Shape.Scalar)],
        };
        Assert.AreEqual(0, KernelHarness.Execute(node, BitConverter.GetBytes(float.NaN), BitConverter.GetBytes(float.NaN))[0][0]);
        Assert.AreEqual(1, KernelHarness.Execute(node, BitConverter.GetBytes(float.PositiveInfinity), BitConverter.GetBytes(float.PositiveInfinity))[0][0]);
    }

    private static void AddIfTaken(List<Node> nodes, string name, OperatorAttributes attributes, params Tensor[] inputs)
    {
        var node = new Node($"n{nodes.Count}", name, attributes) { Inputs = [.. inputs] };
        try
        {
            _ = OperatorCatalog.Of(node).Infer(node);
            nodes.Add(node);
        }
        catch (OperatorException)
        {
            // The operator has no form for the type.
        }
    }
}
