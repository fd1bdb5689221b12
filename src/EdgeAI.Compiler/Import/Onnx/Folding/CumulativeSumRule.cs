using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.Onnx.Folding;

/// <summary>Running sums of a constant along one axis.</summary>
internal sealed class CumulativeSumRule : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["CumSum"];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        ConstantArray x = ConstantArray.Of(node.Input(0));
        long[] given = node.ConstantInts(1, "axis") ?? [];
        if (given.Length != 1)
        {
            throw new OnnxNodeException($"{given.Length} axes are given", "One axis is needed");
        }

        int axis = OnnxNode.Axis(given[0], x.Shape.Rank);
        int extent = x.Shape[axis];
        int inner = (int)x.Shape.Strides()[axis];
        bool isExclusive = node.Flag("exclusive");
        bool isReversed = node.Flag("reverse");
        ConstantArray sums = ConstantArray.Zeros(x.Type, x.Shape);
        for (int line = 0; extent > 0 && line < x.Count / extent; line++)
        {
            int start = (line / inner * inner * extent) + (line % inner);
            double real = 0;
            long integer = 0;
            for (int step = 0; step < extent; step++)
            {
                int at = start + ((isReversed ? extent - 1 - step : step) * inner);
                double nextReal = x.IsReal ? (float)(real + x.Reals[at]) : 0;
                long nextInteger = x.IsReal ? 0 : unchecked(integer + x.Integers[at]);
                if (x.IsReal)
                {
                    sums.Reals[at] = isExclusive ? real : nextReal;
                }
                else
                {
                    sums.Integers[at] = isExclusive ? integer : nextInteger;
                }

                real = nextReal;
                integer = nextInteger;
            }
        }

        return [sums.ToTensor(node.Name)];
    }
}
