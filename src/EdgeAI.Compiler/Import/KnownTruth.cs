using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import;

/// <summary>
/// What a condition is whatever the inputs: a conjunction with something false is false though its other operand is known only at run time. So a loop that goes on
/// while <c>i &lt; N</c> and something else has an end.
/// </summary>
internal static class KnownTruth
{
    private const int MostDepth = 32;

    /// <summary>The truth of one element, or null where it depends on inputs.</summary>
    /// <param name="condition">One element of type bool.</param>
    /// <param name="nodes">What has been imported so far, in execution order.</param>
    /// <param name="from">The first node that the condition may come from.</param>
    public static bool? Of(Tensor condition, IList<Node> nodes, int from) => Of(condition, nodes, from, 0);

    private static bool? Of(Tensor condition, IList<Node> nodes, int from, int depth)
    {
        if (condition.Type != ElementType.Bool || condition.Shape.ElementCount != 1 || depth == MostDepth)
        {
            return null;
        }

        if (condition.Constant is { } bytes)
        {
            return bytes.Span[0] != 0;
        }

        Node? producer = null;
        for (int i = nodes.Count - 1; i >= from && producer is null; i--)
        {
            producer = nodes[i].Outputs.Contains(condition) ? nodes[i] : null;
        }

        bool? Operand(int index) => Of(producer.Input(index), nodes, from, depth + 1);
        return producer?.Operator switch
        {
            "LogicalAnd" => (Operand(0), Operand(1)) switch
            {
                (false, _) or (_, false) => false,
                (true, true) => true,
                _ => null,
            },
            "LogicalOr" => (Operand(0), Operand(1)) switch
            {
                (true, _) or (_, true) => true,
                (false, false) => false,
                _ => null,
            },
            "LogicalXor" => Operand(0) ^ Operand(1),
            "Reshape" => Operand(0),
            _ => null,
        };
    }
}
