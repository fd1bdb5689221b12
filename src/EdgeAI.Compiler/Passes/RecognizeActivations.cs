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
                || Match(graph, node.Output) is not { } match
                || match.Operand.Shape != node.Output.Shape)
            {
                continue;
            }

            graph.Replace(node, match.Operator, match.Attributes, match.Operand);
            changed = true;
        }

        return changed;
    }

    private static (string Operator, UnaryAttributes Attributes, Tensor Operand)? Match(Graph graph, Tensor value)
    {
        Product product = Product.Of(graph, value);
        if (product.Factors is [var only] && IsNear(product.Constant, 1.0 / 6) && ShiftedRelu6(graph, only) is { } shifted)
        {
            return ("HardSigmoid", new UnaryAttributes(1f / 6, 0.5f), shifted);
        }

        foreach (Tensor gate in product.Factors)
        {
            // The gated value may be a product itself: it is taken whole.
            if (ShiftedRelu6(graph, gate) is { } x && Product.Of(graph, value, x).Is(1.0 / 6, x, gate))
            {
                return ("HardSwish", UnaryAttributes.None, x);
            }

            if (HardSigmoidOperand(graph, gate) is { } y && Product.Of(graph, value, y).Is(1, y, gate))
            {
                return ("HardSwish", UnaryAttributes.None, y);
            }

            foreach (Tensor z in ErfOperands(graph, gate))
            {
                if (Product.Of(graph, value, z).Is(0.5, z, gate))
                {
                    return ("Gelu", UnaryAttributes.None, z);
                }
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

    private static Tensor? HardSigmoidOperand(Graph graph, Tensor value) =>
        graph.ProducerOf(value) is { Operator: "HardSigmoid", Attributes: UnaryAttributes attributes } node
        && IsNear(attributes.Alpha, 1.0 / 6) && IsNear(attributes.Beta, 0.5)
            ? node.Input(0)
            : null;

    /// <summary>x of 1 + erf(x / √2).</summary>
    private static IEnumerable<Tensor> ErfOperands(Graph graph, Tensor value)
    {
        if (graph.ProducerOf(value) is { Operator: "Add", Attributes: BinaryAttributes { Clamp.IsNone: true } } add
            && OtherThan(add, 1) is { } erf && graph.ProducerOf(erf) is { Operator: "Erf" } node
            && graph.ProducerOf(node.Input(0)) is { } scaling)
        {
            return scaling.Inputs.OfType<Tensor>()
                .Where(x => !x.IsConstant && Product.Of(graph, node.Input(0), x).Is(0.70710678118654752, x));
        }

        return [];
    }

    /// <summary>The operand beside a uniform constant of a value.</summary>
    private static Tensor? OtherThan(Node node, float constant) =>
        node.Inputs[1].IsUniform(out float b) && b == constant ? node.Inputs[0]
        : node.Inputs[0].IsUniform(out float a) && a == constant ? node.Inputs[1]
        : null;

    private static bool IsNear(double value, double wanted) => Math.Abs(value - wanted) <= 1e-6 * wanted;

    /// <summary>A value as constant · factors; a value that is no product, or the one at which to stop, is a factor itself.</summary>
    private sealed record Product(double Constant, IReadOnlyList<Tensor> Factors)
    {
        private const int MostFactors = 8;

        public static Product Of(Graph graph, Tensor value, Tensor? stop = null)
        {
            var factors = new List<Tensor>();
            double constant = 1;
            Collect(graph, value, stop, factors, ref constant);
            return new Product(constant, factors);
        }

        /// <summary>Whether this is the given constant times the given factors, in any order.</summary>
        public bool Is(double constant, params ReadOnlySpan<Tensor> factors)
        {
            bool isSame = IsNear(Constant, constant) && Factors.Count == factors.Length;
            foreach (Tensor factor in factors)
            {
                isSame &= Factors.Contains(factor);
            }

            return isSame;
        }

        private static void Collect(Graph graph, Tensor value, Tensor? stop, List<Tensor> factors, ref double constant)
        {
            if (value.IsUniform(out float uniform))
            {
                constant *= uniform;
                return;
            }

            if (!ReferenceEquals(value, stop) && factors.Count < MostFactors
                && graph.ProducerOf(value) is { Attributes: BinaryAttributes { Clamp.IsNone: true } } node)
            {
                if (node.Operator == "Multiply")
                {
                    Collect(graph, node.Input(0), stop, factors, ref constant);
                    Collect(graph, node.Input(1), stop, factors, ref constant);
                    return;
                }

                if (node.Operator == "Divide" && node.Inputs[1].IsUniform(out float divisor) && divisor != 0)
                {
                    constant /= divisor;
                    Collect(graph, node.Input(0), stop, factors, ref constant);
                    return;
                }
            }

            factors.Add(value);
        }
    }
}
