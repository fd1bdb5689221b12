using System.Collections.Immutable;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>ONNX RNN, GRU and LSTM: all directions, sequence lengths, first states, peepholes, both layouts.</summary>
internal sealed class RecurrentOnnx : IOnnxForm
{
    /// <summary>The functions that have parameters, with those that ONNX gives them; no beta where they have none.</summary>
    private static readonly Dictionary<RecurrentFunction, (float Alpha, float? Beta)> Defaults = new()
    {
        [RecurrentFunction.Affine] = (1, 0),
        [RecurrentFunction.LeakyRelu] = (0.01f, null),
        [RecurrentFunction.ThresholdedRelu] = (1, null),
        [RecurrentFunction.ScaledTanh] = (1, 1),
        [RecurrentFunction.HardSigmoid] = (0.2f, 0.5f),
        [RecurrentFunction.Elu] = (1, null),
    };

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
        (ImmutableArray<int> functions, ImmutableArray<float> parameters) = Functions(node, cell, directions);
        var attributes = new RecurrentAttributes(cell, direction == "reverse", functions, parameters, node.Float("clip", 0),
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

    /// <summary>Three functions a direction, with alpha and beta of each.</summary>
    private static (ImmutableArray<int> Functions, ImmutableArray<float> Parameters) Functions(OnnxNode node, RecurrentCell cell, int directions)
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

        RecurrentFunction[] given = [.. names.Select(name => Enum.TryParse(name, ignoreCase: true, out RecurrentFunction function) && Enum.IsDefined(function) ? function
            : throw new OnnxNodeException($"it uses the functions {string.Join(", ", names)}", $"{string.Join(", ", Enum.GetNames<RecurrentFunction>())} are supported"))];
        float[] alphas = Given(node, "activation_alpha", given, Defaults.ToDictionary(pair => pair.Key, pair => pair.Value.Alpha));
        float[] betas = Given(node, "activation_beta", given, Defaults.Where(pair => pair.Value.Beta is not null).ToDictionary(pair => pair.Key, pair => pair.Value.Beta!.Value));
        int[] places = [.. Enumerable.Range(0, directions * 3).Select(i => i % 3 < usual.Length ? (i / 3 * usual.Length) + (i % 3) : -1)];
        return ([.. places.Select(place => place < 0 ? 0 : (int)given[place])], [.. places.SelectMany(place => place < 0 ? new float[2] : [alphas[place], betas[place]])]);
    }

    /// <summary>A parameter of each function: the attribute has one for each function, or for each that takes it, in order; ONNX's own value where it ends.</summary>
    private static float[] Given(OnnxNode node, string attribute, RecurrentFunction[] functions, Dictionary<RecurrentFunction, float> usual)
    {
        ImmutableArray<float> values = node.Floats(attribute) ?? [];
        bool hasAll = values.Length == functions.Length;
        int next = 0;
        return [.. functions.Select((function, i) =>
        {
            bool takes = usual.TryGetValue(function, out float fallback);
            int at = hasAll ? i : takes ? next++ : values.Length;
            return takes && at < values.Length ? values[at] : fallback;
        })];
    }
}
