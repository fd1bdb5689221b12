using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Activations that exporters write in pieces become one operator:
/// clamp(x + 3, 0, 6) / 6 and its other spellings HardSigmoid, x · HardSigmoid(x) HardSwish, x · (1 + erf(x / √2)) / 2 Gelu.
/// Products are compared as sets of factors, so that the order in which a file multiplies does not matter.
/// </summary>
public sealed class RecognizeActivations : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            Node node = graph.Nodes[i];
            if (node.Operator is not ("Multiply" or "Divide") || node.Output.Type != ElementType.Float32
                || Product.Of(graph, node.Output) is not { } product || Match(graph, product) is not { } match
                || match.Operand.Shape != node.Output.Shape)
            {
                continue;
            }

            graph.Replace(node, match.Operator, match.Attributes, match.Operand);
            changed = true;
        }

        return changed;
    }

    private static (string Operator, UnaryAttributes Attributes, Tensor Operand)? Match(Graph graph, Product product)
    {
        if (product.Factors is [var only] && IsNear(product.Constant, 1.0 / 6) && ShiftedRelu6(graph, only) is { } shifted)
        {
            return ("HardSigmoid", new UnaryAttributes(1f / 6, 0.5f), shifted);
        }

        if (product.Factors.Count != 2)
        {
            return null;
        }

        for (int i = 0; i < 2; i++)
        {
            Tensor x = product.Factors[i];
            Tensor gate = product.Factors[1 - i];
            bool isHardSwish = (IsNear(product.Constant, 1.0 / 6) && ReferenceEquals(ShiftedRelu6(graph, gate), x))
                || (IsNear(product.Constant, 1) && IsHardSigmoidOf(graph, gate, x));
            if (isHardSwish)
            {
                return ("HardSwish", UnaryAttributes.None, x);
            }

            if (IsNear(product.Constant, 0.5) && IsOnePlusErfOf(graph, gate, x))
            {
                return ("Gelu", UnaryAttributes.None, x);
            }
        }

        return null;
    }

    /// <summary>x of clamp(x + 3, 0, 6), the limits in a node of their own or fused.</summary>
    private static Tensor? ShiftedRelu6(Graph graph, Tensor value)
    {
        Node? node = graph.ProducerOf(value);
        Clamp limits = Clamp.None;
        if (node?.Attributes is ClampAttributes clamp)
        {
            limits = clamp.Clamp;
            node = graph.ProducerOf(node.Input(0));
        }

        return node is { Operator: "Add", Attributes: BinaryAttributes add } && add.Clamp.Then(limits) == Clamp.Relu6
            ? OtherThan(node, 3)
            : null;
    }

    private static bool IsHardSigmoidOf(Graph graph, Tensor value, Tensor operand) =>
        graph.ProducerOf(value) is { Operator: "HardSigmoid", Attributes: UnaryAttributes attributes } node
        && IsNear(attributes.Alpha, 1.0 / 6) && IsNear(attributes.Beta, 0.5) && ReferenceEquals(node.Input(0), operand);

    private static bool IsOnePlusErfOf(Graph graph, Tensor value, Tensor operand) =>
        graph.ProducerOf(value) is { Operator: "Add", Attributes: BinaryAttributes { Clamp.IsNone: true } } add
        && OtherThan(add, 1) is { } erf && graph.ProducerOf(erf) is { Operator: "Erf" } node
        && Product.Of(graph, node.Input(0)) is { Factors: [var x] } scaled
        && ReferenceEquals(x, operand) && IsNear(scaled.Constant, 0.70710678118654752);

    /// <summary>The operand beside a uniform constant of a value.</summary>
    private static Tensor? OtherThan(Node node, float constant) =>
        node.Inputs[1].IsUniform(out float b) && b == constant ? node.Inputs[0]
        : node.Inputs[0].IsUniform(out float a) && a == constant ? node.Inputs[1]
        : null;

    private static bool IsNear(double value, double wanted) => Math.Abs(value - wanted) <= 1e-6 * wanted;

    /// <summary>A value as constant · factors; a value that is no product is its own only factor.</summary>
    private sealed record Product(double Constant, IReadOnlyList<Tensor> Factors)
    {
        private const int MostFactors = 4;

        public static Product? Of(Graph graph, Tensor value)
        {
            var factors = new List<Tensor>();
            double constant = 1;
            return Collect(graph, value, factors, ref constant) ? new Product(constant, factors) : null;
        }

        private static bool Collect(Graph graph, Tensor value, List<Tensor> factors, ref double constant)
        {
            if (value.IsUniform(out float uniform))
            {
                constant *= uniform;
                return true;
            }

            if (graph.ProducerOf(value) is { Attributes: BinaryAttributes { Clamp.IsNone: true } } node)
            {
                if (node.Operator == "Multiply")
                {
                    return Collect(graph, node.Input(0), factors, ref constant) && Collect(graph, node.Input(1), factors, ref constant);
                }

                if (node.Operator == "Divide" && node.Inputs[1].IsUniform(out float divisor) && divisor != 0)
                {
                    constant /= divisor;
                    return Collect(graph, node.Input(0), factors, ref constant);
                }
            }

            factors.Add(value);
            return factors.Count <= MostFactors;
        }
    }
}
