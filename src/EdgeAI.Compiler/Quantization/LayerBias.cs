using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>The bias of an integer layer, int32 or int64, as numbers of 64 bits.</summary>
internal static class LayerBias
{
    private const long Largest = 1 << 30;
    private const long LargestWide = 1L << 46;

    /// <summary>Whether the layer has a bias that can be changed.</summary>
    public static bool IsThere(Node layer) => layer.OptionalInput(2) is { IsConstant: true, Type: ElementType.Int32 or ElementType.Int64 };

    /// <summary>Whether sums have 64 bits.</summary>
    public static bool IsWide(Node layer) => layer.Input(2).Type == ElementType.Int64;

    /// <summary>The magnitude below which a bias leaves room for the products beside it.</summary>
    public static long LargestOf(Node layer) => IsWide(layer) ? LargestWide : Largest;

    /// <summary>The biases.</summary>
    public static long[] Of(Node layer) => IsWide(layer)
        ? layer.Input(2).Values<long>().ToArray()
        : [.. layer.Input(2).Values<int>().ToArray().Select(value => (long)value)];

    /// <summary>Gives the layer other biases, within <see cref="LargestOf"/>.</summary>
    public static void Set(Node layer, long[] bias)
    {
        Tensor old = layer.Input(2);
        layer.Inputs[2] = IsWide(layer)
            ? Tensor.FromValues<long>(old.Name, old.Type, old.Shape, bias, old.Quantization)
            : Tensor.FromValues<int>(old.Name, old.Type, old.Shape, [.. bias.Select(value => (int)value)], old.Quantization);
    }
}
