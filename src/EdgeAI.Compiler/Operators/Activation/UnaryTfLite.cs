using EdgeAI.Compiler.Import.TfLite;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>The unary functions that are one operator here too.</summary>
internal sealed class UnaryTfLite : ITfLiteForm
{
    private const int LeakyReluAlphaSlot = 0;

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["ABS"] = "Absolute",
        ["CEIL"] = "Ceiling",
        ["COS"] = "Cosine",
        ["ELU"] = "Elu",
        ["EXP"] = "Exponential",
        ["FLOOR"] = "Floor",
        ["HARD_SWISH"] = "HardSwish",
        ["LEAKY_RELU"] = "LeakyRelu",
        ["LOG"] = "Logarithm",
        ["LOGISTIC"] = "Sigmoid",
        ["NEG"] = "Negate",
        ["ROUND"] = "Round",
        ["RSQRT"] = "ReciprocalSquareRoot",
        ["SIN"] = "Sine",
        ["SQRT"] = "SquareRoot",
        ["SQUARE"] = "Square",
        ["TANH"] = "Tanh",
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => [.. Names.Keys];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        UnaryAttributes attributes = node.Operator switch
        {
            "LEAKY_RELU" => new(node.Options.Single(LeakyReluAlphaSlot), 0),
            "ELU" => new(1, 0),
            _ => UnaryAttributes.None,
        };
        if (node.Operator == "LEAKY_RELU")
        {
            node.Result(0, "LeakyRelu", attributes, node.Input(0));
        }
        else
        {
            node.Computed(0, Names[node.Operator], attributes, node.Input(0));
        }
    }
}
