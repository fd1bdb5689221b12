using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeAI.Compiler.Model;

/// <summary>
/// The stable readable dump of a graph (<c>&lt;model&gt;.txt</c>): one line a node, <c>\n</c> line ends, invariant numbers, so that a diagnostic about a
/// node can point at its line and two dumps can be compared.
/// </summary>
public static class ModelText
{
    /// <summary>The dump, and the 1-based line of every node by name.</summary>
    public static (string Text, IReadOnlyDictionary<string, int> LineOfNode) Write(Graph graph)
    {
        var lines = new List<string>();
        var lineOfNode = new Dictionary<string, int>(StringComparer.Ordinal);
        Tensor[] constants = [.. graph.Tensors().Where(tensor => tensor.IsConstant)];
        lines.Add(string.Create(CultureInfo.InvariantCulture,
            $"graph {Quote(graph.Name)}: {graph.Inputs.Count} inputs, {graph.Outputs.Count} outputs, {graph.Nodes.Count} nodes, {constants.Length} constants, {constants.Sum(tensor => tensor.ByteSize)} constant bytes"));
        lines.Add("");
        lines.Add("inputs");
        lines.AddRange(graph.Inputs.Select(tensor => "  " + Describe(tensor)));
        lines.Add("outputs");
        lines.AddRange(graph.Outputs.Select(tensor => "  " + Describe(tensor)));
        lines.Add("");
        lines.Add("nodes");
        foreach (Node node in graph.Nodes)
        {
            lines.Add("  " + Describe(node));
            lineOfNode.TryAdd(node.Name, lines.Count);
        }

        lines.Add("");
        lines.Add("constants");
        lines.AddRange(constants.Select(tensor => $"  {Describe(tensor)} sha256:{ShortHash(tensor.Constant!.Value.Span)}"));
        return (string.Join('\n', lines) + "\n", lineOfNode);
    }

    private static string Describe(Node node)
    {
        var text = new StringBuilder();
        text.Append(Quote(node.Name)).Append(": ").Append(Quote(node.Operator));
        var values = AttributeCodec.Read(node.Attributes);
        if (values.Count > 0)
        {
            text.Append('(').AppendJoin(", ", values.Select(pair => $"{pair.Name}={Value(pair.Value)}")).Append(')');
        }

        text.Append(' ').AppendJoin(", ", node.Inputs.Select(tensor => tensor is null ? "none" : Describe(tensor, allScales: false)));
        text.Append(" -> ").AppendJoin(", ", node.Outputs.Select(tensor => Describe(tensor, allScales: false)));
        if (node.Kernel is { } kernel)
        {
            text.Append(" by ").Append(Quote(kernel));
        }

        if (node.Source != node.Name)
        {
            text.Append(" from ").Append(Quote(node.Source));
        }

        return text.ToString();
    }

    // On a node's line the scales of channels are counted; the tensor's own line lists them.
    private static string Describe(Tensor tensor, bool allScales = true)
    {
        string text = $"{Quote(tensor.Name)} {tensor.Type.DisplayName()}{tensor.Shape}";
        return tensor.Quantization is not { } quantization ? text
            : quantization.Scales.Length == 1 && !quantization.IsPerChannel
                ? $"{text}{{scale={Value(quantization.Scale)} zero={Value(quantization.ZeroPoint)}}}"
                : !allScales ? $"{text}{{axis={Value(quantization.Axis)} scales:{Value(quantization.Scales.Length)}}}"
                : $"{text}{{axis={Value(quantization.Axis)} scales={Value(quantization.Scales)} zeros={Zeros(quantization)}}}";
    }

    // Channels nearly always share one zero point; then it is written once.
    private static string Zeros(QuantizationParameters quantization) =>
        quantization.ZeroPoints.Distinct().Count() == 1 ? Value(quantization.ZeroPoints[0]) : Value(quantization.ZeroPoints);

    private static string Value(object value) => value switch
    {
        int number => number.ToString(CultureInfo.InvariantCulture),
        long number => number.ToString(CultureInfo.InvariantCulture),
        float number => Real(number),
        bool flag => flag ? "true" : "false",
        string text => Quote(text),
        Clamp clamp => clamp.IsNone ? "none" : $"[{Real(clamp.Minimum)}, {Real(clamp.Maximum)}]",
        ImmutableArray<int> numbers => List(numbers.Select(number => Value(number))),
        ImmutableArray<long> numbers => List(numbers.Select(number => Value(number))),
        ImmutableArray<float> numbers => List(numbers.Select(Real)),
        Enum choice => choice.ToString(),
        _ => throw new InvalidOperationException($"no text for {value.GetType().Name}"),
    };

    private static string List(IEnumerable<string> values) => $"[{string.Join(',', values)}]";

    private static string Real(float value) =>
        float.IsNaN(value) ? "nan" : float.IsInfinity(value) ? (value > 0 ? "inf" : "-inf") : value.ToString("R", CultureInfo.InvariantCulture);

    private static string ShortHash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6));

    // Plain where the name cannot be misread, else between quotation marks with \ in front of marks and \uXXXX for control characters.
    private static string Quote(string name)
    {
        if (name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || "_./:;-+@#".Contains(character)) && name[^1] != ':')
        {
            return name;
        }

        var text = new StringBuilder("\"");
        foreach (char character in name)
        {
            if (character is '"' or '\\')
            {
                text.Append('\\').Append(character);
            }
            else if (char.IsControl(character) || character is '\u2028' or '\u2029' || char.IsSurrogate(character))
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                text.Append(character);
            }
        }

        return text.Append('"').ToString();
    }
}
