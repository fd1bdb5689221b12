using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Reduction;

namespace EdgeAI.Compiler.Operators.Normalization;

/// <summary>L2_NORMALIZATION along the last axis, LOCAL_RESPONSE_NORMALIZATION over neighbouring channels, and ADD_N of other than int8 of one scale, as arithmetic.</summary>
internal sealed class NormTfLite : ITfLiteForm
{
    private const float LeastNorm = 1e-6f;
    private const int ActivationSlot = 0;
    private const int RadiusSlot = 0;
    private const int BiasSlot = 1;
    private const int AlphaSlot = 2;
    private const int BetaSlot = 3;

    private static readonly BinaryAttributes Plain = new(Clamp.None);

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["L2_NORMALIZATION", "LOCAL_RESPONSE_NORMALIZATION", "ADD_N"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        if (node.Operator == "L2_NORMALIZATION" && node.FusedActivation(ActivationSlot).IsNone && !node.IsWide && HasFixedScale(node.Declared()))
        {
            node.Result(0, "L2Normalization", NoAttributes.Instance, node.Input(0));
            return;
        }

        if (node.Operator == "ADD_N" && AddManyOperator.Obstacle(node.Inputs(), node.Declared()) is null)
        {
            node.Result(0, "AddMany", NoAttributes.Instance, [.. node.Inputs()]);
            return;
        }

        Tensor x = node.Real(node.Input(0));
        switch (node.Operator)
        {
            case "ADD_N":
                for (int i = 1; i < node.InputCount; i++)
                {
                    x = node.Step("Add", Plain, x.Type, x, node.Real(node.Input(i)));
                }

                node.RealResult(0, "Reshape", new Shaping.ReshapeAttributes(x.Shape.Extents), x);
                break;
            case "L2_NORMALIZATION":
                Tensor squares = node.Step("Square", UnaryAttributes.None, x.Type, x);
                Tensor sum = node.Step("ReduceSum", new ReduceAttributes([node.Axis(-1, x.Shape.Rank)], KeepDimensions: true), x.Type, squares);
                Tensor norm = node.Step("SquareRoot", UnaryAttributes.None, x.Type, sum);
                Tensor divisor = node.Step("Maximum", Plain, x.Type, norm, node.Constant<float>(x.Type, Shape.Scalar, [LeastNorm]));
                node.RealResult(0, "Divide", new BinaryAttributes(node.FusedActivation(ActivationSlot)), x, divisor);
                break;
            default:
                LocalResponse(node, node.Ranked(x, 4));
                break;
        }
    }

    private static bool HasFixedScale(Tensor result) => result.Quantization is null || result.Quantization.Equals(QuantizationParameters.PerTensor(1f / 128, 0));

    private static void LocalResponse(TfLiteNode node, Tensor x)
    {
        int channels = x.Shape[3];
        int radius = node.Options.Int32(RadiusSlot);
        float[] band = new float[channels * channels];
        for (int i = 0; i < band.Length; i++)
        {
            band[i] = Math.Abs((long)(i / channels) - (i % channels)) <= radius ? node.Options.Single(AlphaSlot) : 0;
        }

        Tensor weights = node.Constant<float>(x.Type, new Shape(channels, 1, 1, channels), band);
        float[] biases = new float[channels];
        Array.Fill(biases, node.Options.Single(BiasSlot));
        Tensor sums = node.Step("Conv2D", new Conv2DAttributes(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None), x.Type,
            node.Step("Square", UnaryAttributes.None, x.Type, x), weights, node.Constant<float>(x.Type, new Shape(channels), biases));
        Tensor divisor = node.Step("Power", Plain, x.Type, sums, node.Constant<float>(x.Type, Shape.Scalar, [node.Options.Single(BetaSlot)]));
        node.RealResult(0, "Divide", Plain, x, divisor);
    }
}
