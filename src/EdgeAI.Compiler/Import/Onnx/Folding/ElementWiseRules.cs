using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Import.Onnx.Folding;

/// <summary>Arithmetic and comparison of constants with broadcasting.</summary>
internal sealed class BinaryRule : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes =>
    [
        "Add", "Sub", "Mul", "Div", "Mod", "Pow", "Max", "Min", "Sum",
        "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor",
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        ConstantArray result = ConstantArray.Of(node.Input(0));
        for (int i = 1; i < node.Inputs.Count; i++)
        {
            result = Apply(node, result, ConstantArray.Of(node.Input(i)));
        }

        return [result.ToTensor(node.Name)];
    }

    private static ConstantArray Apply(OnnxNode node, ConstantArray a, ConstantArray b)
    {
        if (a.Type != b.Type && node.OperatorType == "Pow")
        {
            b = b.As(a.Type);
        }

        if (a.Type != b.Type)
        {
            throw new OnnxNodeException($"operands are {a.Type.DisplayName()} and {b.Type.DisplayName()}", "Both need one type");
        }

        Shape shape = ConstantArray.Broadcast(a.Shape, b.Shape);
        int[] left = ConstantArray.BroadcastIndexes(a.Shape, shape);
        int[] right = ConstantArray.BroadcastIndexes(b.Shape, shape);
        bool isComparison = node.OperatorType is "Equal" or "Less" or "LessOrEqual" or "Greater" or "GreaterOrEqual";
        ConstantArray result = ConstantArray.Zeros(isComparison ? ElementType.Bool : a.Type, shape);
        for (int i = 0; i < result.Count; i++)
        {
            if (isComparison)
            {
                result.Integers[i] = Compare(node.OperatorType, a, left[i], b, right[i]) ? 1 : 0;
            }
            else if (a.IsReal)
            {
                result.Reals[i] = (float)Real(node, a.Reals[left[i]], b.Reals[right[i]]);
            }
            else
            {
                result.Integers[i] = Integer(node, a.Integers[left[i]], b.Integers[right[i]]);
            }
        }

        return result;
    }

    private static bool Compare(string operatorType, ConstantArray a, int i, ConstantArray b, int j)
    {
        if (a.IsReal)
        {
            double x = a.Reals[i];
            double y = b.Reals[j];
            return operatorType switch
            {
                "Equal" => x == y,
                "Less" => x < y,
                "LessOrEqual" => x <= y,
                "Greater" => x > y,
                _ => x >= y,
            };
        }

        int order = a.Integers[i].CompareTo(b.Integers[j]);
        return operatorType switch
        {
            "Equal" => order == 0,
            "Less" => order < 0,
            "LessOrEqual" => order <= 0,
            "Greater" => order > 0,
            _ => order >= 0,
        };
    }

    private static double Real(OnnxNode node, double a, double b) => node.OperatorType switch
    {
        "Add" or "Sum" => a + b,
        "Sub" => a - b,
        "Mul" => a * b,
        "Div" => a / b,
        "Max" => a > b || double.IsNaN(a) ? a : b,
        "Min" => a < b || double.IsNaN(a) ? a : b,
        "Pow" => PortableMath.Pow(a, b),
        "Mod" when node.Flag("fmod") => a % b,
        _ => throw new OnnxNodeException($"{node.OperatorType} on floats has no meaning here", "Use integers"),
    };

    private static long Integer(OnnxNode node, long a, long b)
    {
        switch (node.OperatorType)
        {
            case "Add" or "Sum":
                return unchecked(a + b);
            case "Sub":
                return unchecked(a - b);
            case "Mul":
                return unchecked(a * b);
            case "Max":
                return Math.Max(a, b);
            case "Min":
                return Math.Min(a, b);
            case "And":
                return a & b;
            case "Or":
                return a | b;
            case "Xor":
                return a ^ b;
            case "Pow":
                return unchecked((long)PortableMath.Pow(a, b));
            case "Div" or "Mod" when b == 0:
                throw new OnnxNodeException("an integer is divided by zero", "Export the model again");
            case "Div":
                return b == -1 ? unchecked(-a) : a / b;
            default:
                long remainder = b == -1 ? 0 : a % b;
                return node.Flag("fmod") || remainder == 0 || remainder < 0 == b < 0 ? remainder : remainder + b;
        }
    }
}

/// <summary>Functions of one constant, element by element.</summary>
internal sealed class UnaryRule : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Neg", "Abs", "Floor", "Ceil", "Round", "Sqrt", "Reciprocal", "Exp", "Log", "Not", "Sign", "Relu"];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        ConstantArray x = ConstantArray.Of(node.Input(0));
        ConstantArray result = ConstantArray.Zeros(x.Type, x.Shape);
        for (int i = 0; i < x.Count; i++)
        {
            if (x.IsReal)
            {
                result.Reals[i] = (float)Real(node, x.Reals[i]);
            }
            else
            {
                result.Integers[i] = Integer(node, x.Integers[i]);
            }
        }

        return [result.ToTensor(node.Name)];
    }

    private static double Real(OnnxNode node, double x) => node.OperatorType switch
    {
        "Neg" => -x,
        "Abs" => Math.Abs(x),
        "Floor" => Math.Floor(x),
        "Ceil" => Math.Ceiling(x),
        "Round" => Math.Round(x, MidpointRounding.ToEven),
        "Sqrt" => Math.Sqrt(x),
        "Reciprocal" => 1 / x,
        "Exp" => PortableMath.Exp(x),
        "Log" => PortableMath.Log(x),
        "Sign" => double.IsNaN(x) ? x : Math.Sign(x),
        "Relu" => x < 0 ? 0 : x,
        _ => throw new OnnxNodeException($"{node.OperatorType} on floats has no meaning", "Use Booleans"),
    };

    private static long Integer(OnnxNode node, long x) => node.OperatorType switch
    {
        "Neg" => unchecked(-x),
        "Abs" => x < 0 ? unchecked(-x) : x,
        "Not" => x == 0 ? 1 : 0,
        "Sign" => Math.Sign(x),
        "Relu" => Math.Max(x, 0),
        _ => throw new OnnxNodeException($"{node.OperatorType} on integers has no meaning", "Use floats"),
    };
}

/// <summary>Conversion of constants.</summary>
internal sealed class CastRule : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Cast", "CastLike"];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        ElementType type;
        if (OnnxSmallTypes.Bits(Operators.Shaping.CastOnnx.FileType(node)) > 0)
        {
            return null;
        }

        if (node.OperatorType == "CastLike")
        {
            type = node.Input(1).Type;
        }
        else
        {
            long to = node.RequiredInt("to");
            type = OnnxElementTypes.Internal(to)
                ?? throw new OnnxNodeException($"the type {OnnxElementTypes.Name(to)} is not supported", "Cast to float, int or bool");
        }

        return [ConstantArray.Of(node.Input(0)).As(type).ToTensor(node.Name)];
    }
}

/// <summary>Choice between constants.</summary>
internal sealed class WhereRule : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Where"];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        ConstantArray condition = ConstantArray.Of(node.Input(0));
        ConstantArray yes = ConstantArray.Of(node.Input(1));
        ConstantArray no = ConstantArray.Of(node.Input(2));
        if (yes.Type != no.Type)
        {
            throw new OnnxNodeException($"operands are {yes.Type.DisplayName()} and {no.Type.DisplayName()}", "Both need one type");
        }

        Shape shape = ConstantArray.Broadcast(condition.Shape, ConstantArray.Broadcast(yes.Shape, no.Shape));
        int[] conditionAt = ConstantArray.BroadcastIndexes(condition.Shape, shape);
        int[] yesAt = ConstantArray.BroadcastIndexes(yes.Shape, shape);
        int[] noAt = ConstantArray.BroadcastIndexes(no.Shape, shape);
        ConstantArray result = ConstantArray.Zeros(yes.Type, shape);
        for (int i = 0; i < result.Count; i++)
        {
            (ConstantArray from, int at) = condition.IntegerAt(conditionAt[i]) != 0 ? (yes, yesAt[i]) : (no, noAt[i]);
            if (result.IsReal)
            {
                result.Reals[i] = from.Reals[at];
            }
            else
            {
                result.Integers[i] = from.Integers[at];
            }
        }

        return [result.ToTensor(node.Name)];
    }
}
