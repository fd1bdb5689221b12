using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>
/// ONNX DFT and STFT as products with matrices of cosines and sines. Complex numbers are pairs on the last axis.
/// </summary>
internal sealed class FourierOnnx : IOnnxForm
{
    private const double TwoPi = 6.283185307179586;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["DFT", "STFT"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        if (node.OperatorType == "STFT")
        {
            builder.Bind(node, 0, Frames(node, builder, x));
            return;
        }

        int rank = x.Shape.Rank;
        long axisGiven = node.Version >= 20 ? (node.ConstantInts(2, "axis") is [var given, ..] ? given : -2) : node.Int("axis", 1);
        int axis = OnnxNode.Axis(axisGiven, rank);
        bool inverse = node.Flag("inverse");
        bool onesided = node.Flag("onesided");
        int length = node.ConstantInts(1, "length") is [var fixedLength, ..] ? (int)fixedLength
            : inverse && onesided ? (x.Shape[axis] - 1) * 2
            : x.Shape[axis];
        builder.Bind(node, 0, Transform(builder, x, axis, length, inverse, onesided));
    }

    private static Tensor Frames(OnnxNode node, OnnxGraphBuilder builder, Tensor signal)
    {
        int step = node.ConstantInts(1, "frame step") is [var given, ..] ? (int)given : 0;
        Tensor? window = node.Optional(2);
        int length = node.ConstantInts(3, "frame length") is [var frame, ..] ? (int)frame : window?.Shape[0] ?? 0;
        if (step < 1 || length < 1 || signal.Shape.Rank < 2 || signal.Shape[1] < length)
        {
            throw new OnnxNodeException($"frames of {length} in steps of {step} do not fit {signal.Shape}", "Give positive constants up to the signal's length");
        }

        Tensor source = signal.Shape.Rank == 2 ? builder.Reshape(signal, "pairs", [.. signal.Shape.Extents, 1]) : signal;
        int count = 1 + ((source.Shape[1] - length) / step);
        Tensor places = Plain.Integers(builder, "places", ElementType.Int64, new Shape(count, length),
            [.. Enumerable.Range(0, count * length).Select(i => (long)((i / length * step) + (i % length)))]);
        Tensor frames = builder.AddStep("frames", "Gather", new Indexing.GatherAttributes(1), source, places);
        Tensor weighted = window is null ? frames : Plain.Step(builder, "Multiply", frames, builder.Reshape(window, "window", length, 1));
        return Transform(builder, weighted, 2, length, false, node.Flag("onesided", true));
    }

    /// <summary>The transform along an axis; the last axis holds the real part, or real and imaginary part.</summary>
    private static Tensor Transform(OnnxGraphBuilder builder, Tensor x, int axis, int length, bool inverse, bool onesided)
    {
        int rank = x.Shape.Rank;
        int parts = x.Shape[-1];
        if (parts is not (1 or 2) || axis == rank - 1 || length < 1)
        {
            throw new OnnxNodeException($"the operand is {x.Shape} with a length of {length}", "Give real numbers or pairs on the last axis");
        }

        // A one-sided spectrum stands for the conjugate other half too, and gives real numbers.
        bool fromHalf = inverse && onesided;
        int bins = onesided && !inverse ? (length / 2) + 1 : length;
        int taken = Math.Min(x.Shape[axis], fromHalf ? (length / 2) + 1 : length);
        int resultParts = fromHalf ? 1 : 2;
        float[] matrix = new float[bins * resultParts * x.Shape[axis] * parts];
        for (int k = 0; k < bins; k++)
        {
            for (int n = 0; n < taken; n++)
            {
                double angle = TwoPi * ((long)k * n % length) / length * (inverse ? 1 : -1);
                double weight = inverse ? 1.0 / length : 1;
                weight *= fromHalf && n > 0 && 2 * n != length ? 2 : 1;
                double cosine = weight * PortableMath.Cos(angle);
                double sine = weight * PortableMath.Sin(angle);
                Put(matrix, k, 0, n, 0, cosine);
                Put(matrix, k, 0, n, 1, -sine);
                Put(matrix, k, 1, n, 0, sine);
                Put(matrix, k, 1, n, 1, cosine);
            }
        }

        // The axis and the parts become one axis, the map's, and come apart again.
        int[] order = [.. Enumerable.Range(0, rank - 1).Where(i => i != axis), axis, rank - 1];
        Tensor moved = builder.Transpose(x, "parts_last", order);
        int[] outer = [.. order[..^2].Select(i => x.Shape[i])];
        Tensor joined = builder.Reshape(moved, "joined", [.. outer, x.Shape[axis] * parts]);
        Tensor mapped = LinearMap.Along(builder, joined, outer.Length, bins * resultParts, matrix);
        Tensor apart = builder.Reshape(mapped, "apart", [.. outer, bins, resultParts]);
        return builder.Transpose(apart, "axis_in_place", [.. Enumerable.Range(0, rank).Select(i => Array.IndexOf(order, i))]);

        void Put(float[] into, int k, int resultPart, int n, int part, double value)
        {
            if (resultPart < resultParts && part < parts)
            {
                into[((((k * resultParts) + resultPart) * x.Shape[axis]) + n) * parts + part] = (float)value;
            }
        }
    }
}

/// <summary>ONNX windows and MelWeightMatrix of constants, and Range of floats.</summary>
internal sealed class WindowRule : IConstantRule
{
    private const double TwoPi = 6.283185307179586;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["HannWindow", "HammingWindow", "BlackmanWindow", "MelWeightMatrix"];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        if (node.OperatorType == "MelWeightMatrix")
        {
            return [Mel(node)];
        }

        long size = ConstantArray.Of(node.Input(0)).IntegerAt(0);
        ConstantArray window = ConstantArray.Zeros(Type(node), new Shape(checked((int)Math.Max(0, size))));
        double period = node.Flag("periodic", true) ? size : size - 1;
        (double a, double b, double c) = node.OperatorType switch
        {
            "HannWindow" => (0.5, 0.5, 0.0),
            "HammingWindow" => (25.0 / 46, 21.0 / 46, 0.0),
            _ => (0.42, 0.5, 0.08),
        };
        for (int i = 0; i < window.Count; i++)
        {
            double angle = TwoPi * i / period;
            window.Reals[i] = a - (b * PortableMath.Cos(angle)) + (c * PortableMath.Cos(2 * angle));
        }

        return [window.ToTensor(node.Name)];
    }

    private static ElementType Type(OnnxNode node) =>
        OnnxElementTypes.Internal(node.Int("output_datatype", 1)) is ElementType.Float32
            ? ElementType.Float32
            : throw new OnnxNodeException("its numbers are no floats", "Floats are supported");

    private static Tensor Mel(OnnxNode node)
    {
        int bands = (int)ConstantArray.Of(node.Input(0)).IntegerAt(0);
        int length = (int)ConstantArray.Of(node.Input(1)).IntegerAt(0);
        int rate = (int)ConstantArray.Of(node.Input(2)).IntegerAt(0);
        double low = ToMel(ConstantArray.Of(node.Input(3)).RealAt(0));
        double high = ToMel(ConstantArray.Of(node.Input(4)).RealAt(0));
        int bins = (length / 2) + 1;
        ConstantArray weights = ConstantArray.Zeros(Type(node), new Shape(bins, bands));
        int[] edges = new int[bands + 2];
        for (int i = 0; i < edges.Length; i++)
        {
            double hertz = 700 * (PortableMath.Exp(((i * (high - low) / edges.Length) + low) * 2.302585092994046 / 2595) - 1);
            edges[i] = (int)((length + 1) * hertz / rate);
        }

        for (int band = 0; band < bands; band++)
        {
            (int first, int centre, int last) = (edges[band], edges[band + 1], edges[band + 2]);
            for (int bin = first; bin <= centre && bin < bins; bin++)
            {
                weights.Reals[(bin * bands) + band] = centre == first ? 1 : (double)(bin - first) / (centre - first);
            }

            for (int bin = centre; bin < last && bin < bins; bin++)
            {
                weights.Reals[(bin * bands) + band] = (double)(last - bin) / (last - centre);
            }
        }

        return weights.ToTensor(node.Name);
    }

    private static double ToMel(double hertz) => 2595 * PortableMath.Log(1 + (hertz / 700)) / 2.302585092994046;
}
