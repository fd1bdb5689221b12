using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>
/// PairwiseCoupling: probabilities of classes [rows,n] from the probabilities [rows,n·(n−1)/2] that it is the first class of each pair (0,1), (0,2), …, (1,2), … and not the second.
/// <list type="bullet">
/// <item>The second method of Wu, Lin and Weng, "Probability Estimates for Multi-class Classification by Pairwise Coupling" (JMLR 5, 2004), as libsvm carries it out: from equal
/// shares, one class after another, until no share is off by more than 0.005/n, 100 rounds or n at most.</item>
/// <item>In float32, in a fixed order.</item>
/// </list>
/// </summary>
internal sealed class PairwiseCouplingOperator : Operator
{
    /// <summary>The most classes: what their pairs take is scratch memory.</summary>
    public const int MostClasses = 64;

    private const float Tolerance = 0.005f;
    private const int LeastRounds = 100;

    /// <inheritdoc/>
    public override string Name => "PairwiseCoupling";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        Tensor x = node.Operand(0, "x");
        OperandRules.OfType(x, "x", ElementType.Float32);
        OperandRules.Rank(x, 2, "x");
        int classes = ClassesOf(x.Shape[1]);
        return classes is >= 2 and <= MostClasses
            ? [new(ElementType.Float32, new Shape(x.Shape[0], classes))]
            : throw new OperatorException($"'{x}' should have a column for each pair of 2 to {MostClasses} classes");
    }

    /// <inheritdoc/>
    public override long ScratchBytes(Node node) => sizeof(float) * (long)node.Output.Shape[1] * (node.Output.Shape[1] + 1);

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        int n = call.Node.Output.Shape[1];
        int pairs = call.Node.Input(0).Shape[1];
        float[] q = new float[n * n];
        float[] products = new float[n];
        for (int row = 0; row < call.Node.Output.Shape[0]; row++)
        {
            Couple(call.Input<float>(0).Slice(row * pairs, pairs), q, products, call.Output<float>().Slice(row * n, n));
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new(
        "edgeai_pairwise_coupling_f32", "edgeai_pairwise_coupling_f32",
        [
            KernelField.Of("rows", node.Output.Shape[0]), KernelField.Of("classes", node.Output.Shape[1]),
            KernelField.Of("rounds", Math.Max(LeastRounds, node.Output.Shape[1])), KernelField.Of("tolerance", Tolerance / node.Output.Shape[1]),
        ],
        [context.Read(node.Input(0)), context.Write(node.Output), context.Scratch]);

    private static int ClassesOf(int pairs)
    {
        int classes = 2;
        while (classes <= MostClasses && classes * (classes - 1) / 2 < pairs)
        {
            classes++;
        }

        return classes * (classes - 1) / 2 == pairs ? classes : 0;
    }

    private static void Couple(ReadOnlySpan<float> x, Span<float> q, Span<float> products, Span<float> p)
    {
        int n = p.Length;
        for (int t = 0; t < n; t++)
        {
            q[(t * n) + t] = 0;
            p[t] = 1f / n;
        }

        for (int i = 0, at = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++, at++)
            {
                float first = x[at];
                float second = 1 - first;
                q[(i * n) + i] += second * second;
                q[(j * n) + j] += first * first;
                q[(i * n) + j] = q[(j * n) + i] = -(first * second);
            }
        }

        for (int round = 0; round < Math.Max(LeastRounds, n); round++)
        {
            float whole = 0;
            for (int t = 0; t < n; t++)
            {
                float sum = 0;
                for (int j = 0; j < n; j++)
                {
                    sum += q[(t * n) + j] * p[j];
                }

                products[t] = sum;
                whole += p[t] * sum;
            }

            float largest = 0;
            for (int t = 0; t < n; t++)
            {
                float error = products[t] - whole;
                largest = Math.Max(largest, error < 0 ? -error : error);
            }

            if (largest < Tolerance / n)
            {
                break;
            }

            for (int t = 0; t < n; t++)
            {
                float step = (whole - products[t]) / q[(t * n) + t];
                float scale = 1 + step;
                p[t] += step;
                whole = (whole + (step * ((step * q[(t * n) + t]) + (2 * products[t])))) / scale / scale;
                for (int j = 0; j < n; j++)
                {
                    products[j] = (products[j] + (step * q[(t * n) + j])) / scale;
                    p[j] /= scale;
                }
            }
        }
    }
}
