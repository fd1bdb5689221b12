using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Import.Onnx.Folding;

/// <summary>
/// RandomUniform, RandomNormal and their Like forms: numbers drawn once, while importing, so that each run of the firmware has the same.
/// <list type="bullet">
/// <item>The generator is <see cref="SplitMix64"/>. It begins with the bits of the node's float seed, or without one with the first 64 bits of the SHA-256 of the node's name.</item>
/// <item>Uniform: low + (high − low) · u in double, rounded to float32, for u of 53 bits in [0, 1), one for each element in row-major order.</item>
/// <item>Normal: mean + scale · √(−2 ln(1 − u)) · cos(2π v) by Box and Muller, with two numbers u and v for each element.</item>
/// </list>
/// </summary>
internal sealed class RandomRule : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["RandomUniform", "RandomUniformLike", "RandomNormal", "RandomNormalLike"];

    /// <inheritdoc/>
    public bool NeedsOnlyShapes => true;

    /// <inheritdoc/>
    public bool IsRandom => true;

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        bool isLike = node.OperatorType.EndsWith("Like", StringComparison.Ordinal);
        Shape shape = isLike ? node.Input(0).Shape : ShapingRules.ShapeFrom(node.Ints("shape") is { } extents ? [.. extents]
            : throw new OnnxNodeException("the attribute shape is missing", "Export the model again"));
        ElementType? type = node.Has("dtype") ? OnnxElementTypes.Internal(node.Int("dtype", 0)) : isLike ? node.Input(0).Type : ElementType.Float32;
        if (type != ElementType.Float32)
        {
            throw new OnnxNodeException("its type is no float", "Random floats are supported");
        }

        var numbers = new SplitMix64(node.Has("seed") ? BitConverter.SingleToUInt32Bits(node.Float("seed", 0)) : Hash(node.Name));
        ConstantArray result = ConstantArray.Zeros(ElementType.Float32, shape);
        Fill(node, numbers, result.Reals);
        return [result.ToTensor(node.Name)];
    }

    private static void Fill(OnnxNode node, SplitMix64 numbers, double[] reals)
    {
        bool isUniform = node.OperatorType.StartsWith("RandomUniform", StringComparison.Ordinal);
        double first = isUniform ? node.Float("low", 0) : node.Float("mean", 0);
        double second = isUniform ? node.Float("high", 1) - first : node.Float("scale", 1);
        for (int i = 0; i < reals.Length; i++)
        {
            double u = numbers.NextUniform();
            double drawn = isUniform ? u : Math.Sqrt(-2 * PortableMath.Log(1 - u)) * PortableMath.Cos(2 * Math.PI * numbers.NextUniform());
            reals[i] = first + (second * drawn);
        }
    }

    private static ulong Hash(string name) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
