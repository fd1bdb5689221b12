using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>
/// Recurrent: simple recurrent, GRU and LSTM layers in float32 as a loop over time. The states of the sequence in work are the last rows of the
/// result. Steps behind a sequence's length give zeros and leave the state.
/// </summary>
internal sealed class RecurrentOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Recurrent";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(RecurrentAttributes);

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => inputIndex == 4 ? OperandRole.Untouched : OperandRole.Activation;

    /// <inheritdoc/>
    public override long CountMacs(Node node)
    {
        Shape x = node.Input(0).Shape;
        return (long)x[0] * x[1] * (node.Input(1).Shape.ElementCount + node.Input(2).Shape.ElementCount);
    }

    /// <inheritdoc/>
    public override long ScratchBytes(Node node) => (node.AttributesAs<RecurrentAttributes>().Gates + 1L) * node.Input(2).Shape[2] * 4;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 8);
        RecurrentAttributes attributes = node.AttributesAs<RecurrentAttributes>();
        Tensor x = node.Operand(0, "x");
        Tensor weights = node.Operand(1, "weights");
        Tensor recurrent = node.Operand(2, "recurrent weights");
        OperandRules.Rank(x, 3, "x");
        OperandRules.Rank(recurrent, 3, "recurrent weights");
        int hidden = recurrent.Shape[2];
        int directions = recurrent.Shape[0];
        int gates = attributes.Gates;
        OperandRules.HasShape(weights, new Shape(directions, gates * hidden, x.Shape[2]), "weights");
        OperandRules.HasShape(recurrent, new Shape(directions, gates * hidden, hidden), "recurrent weights");
        Check(node, 3, "bias", new Shape(directions, 2 * gates * hidden));
        Check(node, 5, "first state", new Shape(directions, x.Shape[1], hidden));
        Check(node, 6, "first cell state", new Shape(directions, x.Shape[1], hidden));
        Check(node, 7, "peepholes", new Shape(directions, 3 * hidden));
        for (int i = 0; i < 3; i++)
        {
            OperandRules.OfType(node.Input(i), "operand", ElementType.Float32);
        }

        if (node.OptionalInput(4) is { } lengths)
        {
            OperandRules.OfType(lengths, "sequence lengths", ElementType.Int32);
            OperandRules.HasShape(lengths, new Shape(x.Shape[1]), "sequence lengths");
        }

        return directions is 1 or 2 && attributes.Activations.Length == 3 * directions && attributes.Parameters.Length == 6 * directions
            && attributes.Activations.All(function => Enum.IsDefined((RecurrentFunction)function))
            ? [new(ElementType.Float32, new Shape(x.Shape[0] + 2, directions, x.Shape[1], hidden))]
            : throw new OperatorException($"Recurrent takes 1 or 2 directions with 3 functions each, not {directions} with {attributes.Activations.Length}");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call) => new RecurrentRun(call).Run();

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        RecurrentAttributes attributes = node.AttributesAs<RecurrentAttributes>();
        Shape x = node.Input(0).Shape;
        return new("edgeai_recurrent_f32", "edgeai_recurrent_f32",
            [
                KernelField.Of("steps", x[0]), KernelField.Of("batch", x[1]), KernelField.Of("inputs", x[2]),
                KernelField.Of("hidden", node.Input(2).Shape[2]), KernelField.Of("directions", node.Input(2).Shape[0]),
                KernelField.Of("cell", (int)attributes.Cell), KernelField.Of("reverse", attributes.IsReverse ? 1 : 0),
                KernelField.Of("linear_before_reset", attributes.LinearBeforeReset ? 1 : 0), KernelField.Of("coupled_forget", attributes.CoupledForget ? 1 : 0),
                Shaping.CopyPlan.Array("activations", attributes.Activations),
                new("parameters", "{" + string.Join(", ", attributes.Parameters.Select(CLiteral.Float)) + "}"), KernelField.Of("clip", attributes.Clip),
            ],
            [.. Enumerable.Range(0, 8).Select(i => context.Read(node.OptionalInput(i))), context.Write(node.Output), $"(float *){context.Scratch}"]);
    }

    private static void Check(Node node, int index, string role, Shape shape)
    {
        if (node.OptionalInput(index) is { } operand)
        {
            OperandRules.OfType(operand, role, ElementType.Float32);
            OperandRules.HasShape(operand, shape, role);
        }
    }
}
