using System.Runtime.InteropServices;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>
/// Determinant: of every matrix of a float32 operand [...,N,N]; the result is [...]. By elimination with the largest element of a column as pivot, the
/// first of equal ones, in working memory.
/// </summary>
internal sealed class DeterminantOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Determinant";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        OperandRules.OfType(x, "x", ElementType.Float32);
        return x.Shape.Rank >= 2 && x.Shape[-1] == x.Shape[-2]
            ? [new(ElementType.Float32, new Shape([.. x.Shape.Extents[..^2]]))]
            : throw new OperatorException($"'{x.Name}' {x.Shape} holds no square matrices");
    }

    /// <inheritdoc/>
    public override long ScratchBytes(Node node) => Math.Max(1, (long)node.Input(0).Shape[-1] * node.Input(0).Shape[-1]) * sizeof(float);

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        int n = call.Node.Input(0).Shape[-1];
        Span<float> matrix = MemoryMarshal.Cast<byte, float>(call.Scratch)[..(n * n)];
        Span<float> result = call.Output<float>();
        for (int i = 0; i < result.Length; i++)
        {
            call.Input<float>(0).Slice(i * n * n, n * n).CopyTo(matrix);
            result[i] = Eliminate(matrix, n);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new(
        "edgeai_determinant_f32", "edgeai_determinant_f32",
        [KernelField.Of("matrices", (int)node.Output.Shape.ElementCount), KernelField.Of("extent", node.Input(0).Shape[-1])],
        [context.Read(node.Input(0)), context.Write(node.Output), $"(float *){context.Scratch}"]);

    private static float Eliminate(Span<float> a, int n)
    {
        float product = 1;
        for (int k = 0; k < n; k++)
        {
            int pivot = k;
            for (int row = k + 1; row < n; row++)
            {
                pivot = MathF.Abs(a[(row * n) + k]) > MathF.Abs(a[(pivot * n) + k]) ? row : pivot;
            }

            if (pivot != k)
            {
                for (int column = k; column < n; column++)
                {
                    (a[(k * n) + column], a[(pivot * n) + column]) = (a[(pivot * n) + column], a[(k * n) + column]);
                }

                product = -product;
            }

            float diagonal = a[(k * n) + k];
            product *= diagonal;
            for (int row = k + 1; row < n && diagonal != 0; row++)
            {
                float factor = a[(row * n) + k] / diagonal;
                for (int column = k + 1; column < n; column++)
                {
                    a[(row * n) + column] -= factor * a[(k * n) + column];
                }
            }
        }

        return product;
    }
}

/// <summary>ONNX Det.</summary>
internal sealed class DeterminantOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Det"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder) =>
        builder.Bind(node, 0, builder.Add("Determinant", NoAttributes.Instance, node.Input(0)));
}
