using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Softmax;

/// <summary>The natural logarithm of softmax along the last axis, of beta times the operand: <see cref="SoftmaxAttributes"/>; float32.</summary>
public sealed class LogSoftmax : Operator
{
    /// <inheritdoc/>
    public override string Name => "LogSoftmax";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SoftmaxAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node) => [SoftmaxRows.Infer(node, ElementType.Float32)];

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        float beta = call.Node.AttributesAs<SoftmaxAttributes>().Beta;
        (int rows, int depth) = SoftmaxRows.Of(call.Node);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> x = call.Input<float>(0).Slice(row * depth, depth);
            Span<float> result = call.Output<float>().Slice(row * depth, depth);
            float maximum = float.NegativeInfinity;
            foreach (float value in x)
            {
                maximum = value > maximum ? value : maximum;
            }

            float sum = 0;
            foreach (float value in x)
            {
                sum += (float)PortableMath.Exp((value - maximum) * beta);
            }

            float logarithm = (float)PortableMath.Log(sum);
            for (int i = 0; i < x.Length; i++)
            {
                result[i] = ((x[i] - maximum) * beta) - logarithm;
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        (int rows, int depth) = SoftmaxRows.Of(node);
        return new("edgeai_log_softmax_f32", "edgeai_log_softmax_f32",
            [
                KernelField.Of("rows", rows),
                KernelField.Of("depth", depth),
                KernelField.Of("beta", node.AttributesAs<SoftmaxAttributes>().Beta),
            ],
            [context.Read(node.Input(0)), context.Write(node.Output)]);
    }
}
