using System.Collections.Immutable;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>PAD (with zero), PADV2 (with a constant value) and MIRROR_PAD (without or with the edge repeated).</summary>
internal sealed class PadTfLite : ITfLiteForm
{
    private const int ModeSlot = 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["PAD", "PADV2", "MIRROR_PAD"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        ImmutableArray<int> paddings = node.Integers(1, "paddings");
        if (paddings.Length != 2 * x.Shape.Rank || paddings.Any(padding => padding < 0))
        {
            throw node.Fault($"pads {x.Shape} by [{string.Join(',', paddings)}]");
        }

        ImmutableArray<int> before = [.. paddings.Where((_, index) => index % 2 == 0)];
        ImmutableArray<int> after = [.. paddings.Where((_, index) => index % 2 == 1)];
        if (node.Operator != "MIRROR_PAD")
        {
            float value = node.Operator == "PADV2" ? Value(node, node.Input(2)) : 0;
            node.Result(0, "Pad", new PadAttributes(before, after, PadMode.Constant, value), x);
        }
        else if (node.Options.Byte(ModeSlot) == 0)
        {
            node.Result(0, "Pad", new PadAttributes(before, after, PadMode.Reflect, 0), x);
        }
        else
        {
            Symmetric(node, x, before, after);
        }
    }

    private static float Value(TfLiteNode node, Tensor value)
    {
        if (!value.IsConstant || value.Shape.ElementCount != 1)
        {
            throw node.Fault($"pads with '{value}', which should be one constant");
        }

        long? integer = value.Type switch
        {
            ElementType.Int8 => value.Values<sbyte>()[0],
            ElementType.UInt8 => value.Values<byte>()[0],
            ElementType.Int16 => value.Values<short>()[0],
            ElementType.Int32 => value.Values<int>()[0],
            ElementType.Int64 => value.Values<long>()[0],
            _ => null,
        };
        return value.Type == ElementType.Float32 ? value.Values<float>()[0]
            : integer is not { } whole ? throw node.Fault($"pads with {value.Type.DisplayName()}")
            : value.Quantization is { } quantization ? quantization.Scale * (whole - quantization.ZeroPoint)
            : whole;
    }

    // The mirror that repeats the edge: the reversed border of each axis, joined in front and behind.
    private static void Symmetric(TfLiteNode node, Tensor x, ImmutableArray<int> before, ImmutableArray<int> after)
    {
        int[] padded = [.. Enumerable.Range(0, x.Shape.Rank).Where(axis => before[axis] + after[axis] > 0)];
        if (padded.Length == 0)
        {
            node.Result(0, "Pad", new PadAttributes(before, after, PadMode.Constant, 0), x);
            return;
        }

        foreach (int axis in padded)
        {
            int extent = x.Shape[axis];
            if (before[axis] > extent || after[axis] > extent)
            {
                throw node.Fault($"mirrors {before[axis]} and {after[axis]} elements of an extent of {extent}");
            }

            var parts = new List<Tensor>();
            if (before[axis] > 0)
            {
                parts.Add(node.Step("Slice", SliceTfLite.OfAxis(x.Shape, axis, before[axis] - 1, before[axis], step: -1), like: x, x));
            }

            parts.Add(x);
            if (after[axis] > 0)
            {
                parts.Add(node.Step("Slice", SliceTfLite.OfAxis(x.Shape, axis, extent - 1, after[axis], step: -1), like: x, x));
            }

            var join = new ConcatenateAttributes(axis);
            if (axis == padded[^1])
            {
                node.Result(0, "Concatenate", join, [.. parts]);
            }
            else
            {
                x = node.Step("Concatenate", join, like: x, [.. parts]);
            }
        }
    }
}
