using System.Collections.Immutable;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>ONNX RNN, GRU and LSTM: all directions, sequence lengths, first states, peepholes, both layouts.</summary>
internal sealed class RecurrentOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["RNN", "GRU", "LSTM"];

    /// <inheritdoc/>
    public bool NeedsFiniteConstants => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        RecurrentCell cell = node.OperatorType switch
        {
            "RNN" => RecurrentCell.Simple,
            "GRU" => RecurrentCell.Gru,
            _ => RecurrentCell.Lstm,
        };
        string direction = node.Text("direction", "forward");
        int directions = direction == "bidirectional" ? 2 : 1;
        bool isBatchFirst = node.Flag("layout");
        if (node.Has("activation_alpha") || node.Has("activation_beta"))
        {
            throw new OnnxNodeException("its functions have parameters", "Sigmoid, Tanh and Relu are supported");
        }

        var attributes = new RecurrentAttributes(cell, direction == "reverse", Functions(node, cell, directions), node.Float("clip", 0),
            node.Flag("linear_before_reset"), node.Flag("input_forget"));
        if (PlainLstmOnnx.TryImport(node, builder, attributes, directions, isBatchFirst))
        {
            return;
        }

        Tensor x = isBatchFirst ? builder.Transpose(node.Input(0), "time_first", 1, 0, 2) : node.Input(0);
        Tensor made = builder.Add("Recurrent", attributes, x, node.Input(1), node.Input(2), node.Optional(3), node.Optional(4),
            State(builder, node.Optional(5), isBatchFirst), cell == RecurrentCell.Lstm ? State(builder, node.Optional(6), isBatchFirst) : null,
            cell == RecurrentCell.Lstm ? node.Optional(7) : null);
        int steps = x.Shape[0];
        if (node.HasOutput(0))
        {
            Tensor all = Rows(builder, made, 0, steps);
            builder.Bind(node, 0, isBatchFirst ? builder.Transpose(all, "batch_first", 2, 0, 1, 3) : all);
        }

        for (int i = 1; i < 3; i++)
        {
            if (node.HasOutput(i))
            {
                Tensor last = builder.Reshape(Rows(builder, made, steps + i - 1, 1), "last", [.. made.Shape.Extents.Skip(1)]);
                builder.Bind(node, i, isBatchFirst ? builder.Transpose(last, "batch_first", 1, 0, 2) : last);
            }
        }
    }

    private static Tensor? State(OnnxGraphBuilder builder, Tensor? state, bool isBatchFirst) =>
        state is null || !isBatchFirst ? state : builder.Transpose(state, "direction_first", 1, 0, 2);

    private static Tensor Rows(OnnxGraphBuilder builder, Tensor made, int start, int count) =>
        builder.Slice(made, "rows", [start, 0, 0, 0], [count, .. made.Shape.Extents.Skip(1)], [1, 1, 1, 1]);

    private static ImmutableArray<int> Functions(OnnxNode node, RecurrentCell cell, int directions)
    {
        string[] usual = cell switch
        {
            RecurrentCell.Simple => ["Tanh"],
            RecurrentCell.Gru => ["Sigmoid", "Tanh"],
            _ => ["Sigmoid", "Tanh", "Tanh"],
        };
        string[] names = node.Strings("activations") ?? [.. Enumerable.Repeat(usual, directions).SelectMany(list => list)];
        if (names.Length != usual.Length * directions)
        {
            throw new OnnxNodeException($"it names {names.Length} functions", $"Give {usual.Length} for each direction");
        }

        return
        [
            .. Enumerable.Range(0, directions * 3).Select(i => i % 3 >= usual.Length ? 0 : names[(i / 3 * usual.Length) + (i % 3)].ToUpperInvariant() switch
            {
                "SIGMOID" => 0,
                "TANH" => 1,
                "RELU" => 2,
                _ => throw new OnnxNodeException($"it uses the functions {string.Join(", ", names)}", "Sigmoid, Tanh and Relu are supported"),
            }),
        ];
    }
}
