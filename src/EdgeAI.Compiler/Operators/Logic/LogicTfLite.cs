using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Operators.Logic;

/// <summary>
/// Comparisons, logic, whole quotients and remainders. Quantized operands of one scale are compared as integers, others as reals.
/// </summary>
internal sealed class LogicTfLite : ITfLiteForm
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["EQUAL"] = "Equal",
        ["NOT_EQUAL"] = "Equal",
        ["LESS"] = "Less",
        ["LESS_EQUAL"] = "LessOrEqual",
        ["GREATER"] = "Greater",
        ["GREATER_EQUAL"] = "GreaterOrEqual",
        ["LOGICAL_AND"] = "LogicalAnd",
        ["LOGICAL_OR"] = "LogicalOr",
        ["LOGICAL_NOT"] = "LogicalXor",
        ["BITWISE_XOR"] = "BitwiseXor",
        ["FLOOR_DIV"] = "Divide",
        ["FLOOR_MOD"] = "Modulo",
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => [.. Names.Keys];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor a = node.Input(0);
        Tensor b = node.Operator == "LOGICAL_NOT" ? True(node) : node.Input(1);
        switch (node.Operator)
        {
            case "NOT_EQUAL":
                (a, b) = Comparable(node, a, b);
                Tensor equal = node.Step("Equal", NoAttributes.Instance, ElementType.Bool, a, b);
                node.Result(0, "LogicalXor", NoAttributes.Instance, equal, True(node));
                break;
            case "FLOOR_DIV":
                FloorDivide(node, node.Real(a), node.Real(b));
                break;
            case "FLOOR_MOD":
                FloorModulo(node, node.Real(a), node.Real(b));
                break;
            default:
                (a, b) = Comparable(node, a, b);
                node.Result(0, Names[node.Operator], NoAttributes.Instance, a, b);
                break;
        }
    }

    private static Tensor True(TfLiteNode node) => node.Constant<byte>(ElementType.Bool, Shape.Scalar, [1]);

    private static (Tensor A, Tensor B) Comparable(TfLiteNode node, Tensor a, Tensor b) =>
        Equals(a.Quantization, b.Quantization) ? (a, b) : (node.Real(a), node.Real(b));

    private static void FloorDivide(TfLiteNode node, Tensor a, Tensor b)
    {
        var plain = new BinaryAttributes(Clamp.None);
        if (a.Type.IsFloat())
        {
            node.RealResult(0, "Floor", UnaryAttributes.None, node.Step("Divide", plain, a.Type, a, b));
            return;
        }

        // a less its remainder is a multiple of b, whose quotient needs no rounding.
        Tensor remainder = node.Step("Modulo", NoAttributes.Instance, a.Type, a, b);
        node.Result(0, "Divide", plain, node.Step("Subtract", plain, a.Type, a, remainder), b);
    }

    private static void FloorModulo(TfLiteNode node, Tensor a, Tensor b)
    {
        if (!a.Type.IsFloat())
        {
            node.Result(0, "Modulo", NoAttributes.Instance, a, b);
            return;
        }

        // The remainder with the sign of a, and b more where that is not b's sign.
        var plain = new BinaryAttributes(Clamp.None);
        Tensor zero = node.Constant<float>(ElementType.Float32, Shape.Scalar, [0]);
        Tensor remainder = node.Step("Remainder", NoAttributes.Instance, a.Type, a, b);
        Tensor signs = node.Step("LogicalXor", NoAttributes.Instance, ElementType.Bool,
            node.Step("Less", NoAttributes.Instance, ElementType.Bool, remainder, zero), node.Step("Less", NoAttributes.Instance, ElementType.Bool, b, zero));
        Tensor isWhole = node.Step("Equal", NoAttributes.Instance, ElementType.Bool, remainder, zero);
        Tensor raised = node.Step("Select", NoAttributes.Instance, a.Type, signs, node.Step("Add", plain, a.Type, remainder, b), remainder);
        node.RealResult(0, "Select", NoAttributes.Instance, isWhole, remainder, raised);
    }
}

/// <summary>SELECT, whose condition may name rows, and SELECT_V2, which broadcasts; SIGN.</summary>
internal sealed class SelectTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["SELECT", "SELECT_V2", "SIGN"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        if (node.Operator == "SIGN")
        {
            Sign(node, node.Real(node.Input(0)));
            return;
        }

        Tensor condition = node.Input(0);
        Tensor yes = node.Input(1);
        Tensor no = node.Input(2);
        if (node.Operator == "SELECT" && condition.Shape.Rank == 1 && yes.Shape.Rank > 1)
        {
            condition = node.Step("Reshape", new Shaping.ReshapeAttributes([condition.Shape[0], .. Enumerable.Repeat(1, yes.Shape.Rank - 1)]), condition.Type, condition);
        }

        if (Equals(yes.Quantization, no.Quantization) && Equals(yes.Quantization, node.Declared().Quantization))
        {
            node.Result(0, "Select", NoAttributes.Instance, condition, yes, no);
        }
        else
        {
            node.RealResult(0, "Select", NoAttributes.Instance, condition, node.Real(yes), node.Real(no));
        }
    }

    private static void Sign(TfLiteNode node, Tensor x)
    {
        Tensor zero = x.Type.IsFloat() ? node.Constant<float>(x.Type, Shape.Scalar, [0]) : node.Constant<int>(x.Type, Shape.Scalar, [0]);
        Tensor above = node.Step("Cast", new CastAttributes(x.Type), x.Type, node.Step("Greater", NoAttributes.Instance, ElementType.Bool, x, zero));
        Tensor below = node.Step("Cast", new CastAttributes(x.Type), x.Type, node.Step("Less", NoAttributes.Instance, ElementType.Bool, x, zero));
        node.RealResult(0, "Subtract", new BinaryAttributes(Clamp.None), above, below);
    }
}
