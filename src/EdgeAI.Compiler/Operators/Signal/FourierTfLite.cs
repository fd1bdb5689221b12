using System.Collections.Immutable;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>
/// RFFT2D, COMPLEX_ABS, REAL and IMAG, how TensorFlow's signal processing is converted. Complex numbers are pairs on a last axis; a transform is a product with a
/// matrix of cosines and sines along each of its axes that is longer than 1.
/// </summary>
internal sealed class FourierTfLite : ITfLiteForm
{
    private const double TwoPi = 6.283185307179586;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["RFFT2D", "COMPLEX_ABS", "REAL", "IMAG"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        int last = x.Shape.Rank - 1;
        switch (node.Operator)
        {
            case "RFFT2D":
                Transform(node, x);
                break;
            case "COMPLEX_ABS":
                Tensor squares = node.Step("Square", UnaryAttributes.None, ElementType.Float32, x);
                Tensor sums = node.Step("ReduceSum", new ReduceAttributes([last], false), ElementType.Float32, squares);
                node.Result(0, "SquareRoot", UnaryAttributes.None, sums);
                break;
            default:
                node.Result(0, "Reshape", new ReshapeAttributes(x.Shape.Extents.RemoveAt(last)), Part(node, x, last, node.Operator == "REAL" ? 0 : 1, 1));
                break;
        }
    }

    private static void Transform(TfLiteNode node, Tensor x)
    {
        if (x.Shape.Rank < 2 || node.Integers(1, "lengths") is not [> 0 and var rows, > 0 and var columns])
        {
            throw node.Fault($"transforms '{x}' over [{string.Join(',', node.Integers(1, "lengths"))}]; two axes and two positive lengths are meant");
        }

        int rank = x.Shape.Rank;
        int bins = (columns / 2) + 1;
        int given = Math.Min(x.Shape[-2], rows);
        Tensor taken = given == x.Shape[-2] ? x : Part(node, x, rank - 2, 0, given);
        ImmutableArray<int> outer = x.Shape.Extents[..(rank - 2)];
        Tensor lines = Product(node, taken, Matrix(columns, x.Shape[-1], 1, bins));
        if (rows == 1 && given == 1)
        {
            node.Result(0, "Reshape", new ReshapeAttributes([.. outer, 1, bins, 2]), lines);
            return;
        }

        // [..., rows, bins, 2] to [..., bins, rows · 2], the second transform, and back.
        ImmutableArray<int> turned = [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2, rank];
        Tensor pairs = Reshaped(node, lines, [.. outer, given, bins, 2]);
        Tensor columnsLast = Reshaped(node, node.Step("Transpose", new TransposeAttributes(turned), ElementType.Float32, pairs), [.. outer, bins, given * 2]);
        Tensor spectrum = Reshaped(node, Product(node, columnsLast, Matrix(rows, given, 2, rows)), [.. outer, bins, rows, 2]);
        node.Result(0, "Transpose", new TransposeAttributes(turned), spectrum);
    }

    /// <summary>A row for each part of each bin, a column for each part of each given number; those behind the length are 0.</summary>
    private static Func<TfLiteNode, Tensor> Matrix(int length, int given, int parts, int bins) => node =>
    {
        float[] matrix = new float[bins * 2 * given * parts];
        for (int k = 0; k < bins; k++)
        {
            for (int n = 0; n < Math.Min(given, length); n++)
            {
                double angle = TwoPi * ((long)k * n % length) / length;
                float cosine = (float)PortableMath.Cos(angle);
                float sine = (float)PortableMath.Sin(angle);
                int real = (k * 2 * given * parts) + (n * parts);
                int imaginary = real + (given * parts);
                matrix[real] = cosine;
                matrix[imaginary] = -sine;
                if (parts == 2)
                {
                    matrix[real + 1] = sine;
                    matrix[imaginary + 1] = cosine;
                }
            }
        }

        return node.Constant<float>(ElementType.Float32, new Shape(bins * 2, given * parts), matrix);
    };

    private static Tensor Product(TfLiteNode node, Tensor x, Func<TfLiteNode, Tensor> matrix) =>
        node.Step("FullyConnected", new FullyConnectedAttributes(Clamp.None), ElementType.Float32, x, matrix(node), null);

    private static Tensor Reshaped(TfLiteNode node, Tensor x, ImmutableArray<int> extents) => node.Step("Reshape", new ReshapeAttributes(extents), x.Type, x);

    private static Tensor Part(TfLiteNode node, Tensor x, int axis, int start, int extent) => node.Step("Slice", new SliceAttributes(
        [.. x.Shape.Extents.Select((_, i) => i == axis ? start : 0)], [.. x.Shape.Extents.Select((whole, i) => i == axis ? extent : whole)], [.. x.Shape.Extents.Select(_ => 1)]), x.Type, x);
}
