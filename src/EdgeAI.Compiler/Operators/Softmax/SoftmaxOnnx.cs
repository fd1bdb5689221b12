using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Softmax;

/// <summary>
/// ONNX Softmax and LogSoftmax. Before operator set 13 everything from the axis on is one distribution; from 13 on it is the axis alone.
/// </summary>
internal sealed class SoftmaxOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Softmax", "LogSoftmax"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        int rank = x.Shape.Rank;
        if (rank == 0)
        {
            throw new OnnxNodeException("the operand is a scalar", "Give it an axis");
        }

        long given = node.Int("axis", node.Version < 13 ? 1 : -1);
        int axis = node.Version < 13 && given == rank ? rank : OnnxNode.Axis(given, rank);
        bool isFlattened = node.Version < 13 || x.Shape.Extents.Skip(axis + 1).All(extent => extent == 1);
        Tensor operand = x;
        int[] permutation = [];
        if (isFlattened && axis != rank - 1)
        {
            operand = builder.Reshape(x, "flat", [.. OnnxShapes.Flatten(x.Shape, axis).Extents]);
        }
        else if (axis != rank - 1)
        {
            permutation = [.. Enumerable.Range(0, rank).Where(i => i != axis), axis];
            operand = builder.Transpose(x, "last", permutation);
        }

        Tensor result = builder.Add(node.OperatorType, new SoftmaxAttributes(1), operand);
        if (permutation.Length > 0)
        {
            int[] back = new int[rank];
            for (int i = 0; i < rank; i++)
            {
                back[permutation[i]] = i;
            }

            result = builder.Transpose(result, "back", back);
        }

        builder.Bind(node, 0, builder.Reshape(result, "shaped", [.. x.Shape.Extents]));
    }
}
