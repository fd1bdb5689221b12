using System.Runtime.InteropServices;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// The axes of a padded result, innermost first; axes without padding are one with the next outer axis where the mode allows it.
/// The same as <c>edgeai_pad</c> in C.
/// </summary>
internal sealed class PadPlan
{
    /// <summary>The most axes the C kernel walks.</summary>
    public const int MostAxes = 8;

    private readonly PadMode _mode;
    private readonly List<int> _extents = [];
    private readonly List<int> _before = [];
    private readonly List<int> _results = [];

    /// <summary>From the operand's shape and the settings.</summary>
    public PadPlan(Shape shape, PadAttributes attributes)
    {
        _mode = attributes.Mode;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            int extent = shape[axis];
            int before = attributes.Before[axis];
            int result = checked(before + extent + attributes.After[axis]);
            bool innerIsWhole = _extents.Count > 0 && _extents[^1] == _results[^1];
            bool whole = extent == result;
            if (innerIsWhole && (whole || _mode == PadMode.Constant))
            {
                before = checked(before * _extents[^1]);
                result = checked(result * _results[^1]);
                extent = checked(extent * _extents[^1]);
                (_extents[^1], _before[^1], _results[^1]) = (extent, before, result);
            }
            else
            {
                _extents.Add(extent);
                _before.Add(before);
                _results.Add(result);
            }
        }

        if (_extents.Count == 0)
        {
            _extents.Add(1);
            _before.Add(0);
            _results.Add(1);
        }
    }

    /// <summary>Axes that are left.</summary>
    public int Axes => _extents.Count;

    /// <summary>Fills the result; <paramref name="value"/> holds the bytes of one element.</summary>
    public void Run(ReadOnlySpan<byte> source, Span<byte> result, ReadOnlySpan<byte> value)
    {
        switch (value.Length)
        {
            case 1: Run(source, result, value[0]); break;
            case 2: Run(MemoryMarshal.Cast<byte, short>(source), MemoryMarshal.Cast<byte, short>(result), MemoryMarshal.Read<short>(value)); break;
            case 4: Run(MemoryMarshal.Cast<byte, int>(source), MemoryMarshal.Cast<byte, int>(result), MemoryMarshal.Read<int>(value)); break;
            default: Run(MemoryMarshal.Cast<byte, long>(source), MemoryMarshal.Cast<byte, long>(result), MemoryMarshal.Read<long>(value)); break;
        }
    }

    /// <summary>The members of the C kernel's parameters.</summary>
    public IEnumerable<KernelField> Fields(ReadOnlySpan<byte> value)
    {
        byte[] bytes = new byte[8];
        value.CopyTo(bytes);
        return
        [
            KernelField.Of("axes", Axes),
            CopyPlan.Array("extents", _extents),
            CopyPlan.Array("before", _before),
            CopyPlan.Array("results", _results),
            new("mode", _mode switch
            {
                PadMode.Constant => "EDGEAI_PAD_CONSTANT",
                PadMode.Reflect => "EDGEAI_PAD_REFLECT",
                _ => "EDGEAI_PAD_EDGE",
            }),
            KernelField.Of("element_size", value.Length),
            CopyPlan.Array("value", bytes.Select(part => (int)part)),
        ];
    }

    private void Run<T>(ReadOnlySpan<T> source, Span<T> result, T value) where T : struct
    {
        if (result.IsEmpty)
        {
            return;
        }

        int[] index = new int[Axes];
        int inner = _results[0];
        for (int at = 0; at < result.Length; at += inner)
        {
            Span<T> run = result.Slice(at, inner);
            int row = 0;
            int stride = _extents[0];
            for (int axis = 1; axis < Axes && row >= 0; axis++)
            {
                int from = From(index[axis] - _before[axis], _extents[axis]);
                row = from < 0 ? -1 : row + (from * stride);
                stride *= _extents[axis];
            }

            if (row < 0)
            {
                run.Fill(value);
            }
            else
            {
                for (int i = 0; i < inner; i++)
                {
                    int from = From(i - _before[0], _extents[0]);
                    run[i] = from < 0 ? value : source[row + from];
                }
            }

            for (int axis = 1; axis < Axes; axis++)
            {
                if (++index[axis] < _results[axis])
                {
                    break;
                }

                index[axis] = 0;
            }
        }
    }

    // Where an element of the result is read, or −1 for the constant.
    private int From(int at, int extent) =>
        at >= 0 && at < extent ? at
        : _mode == PadMode.Constant ? -1
        : _mode == PadMode.Edge ? (at < 0 ? 0 : extent - 1)
        : at < 0 ? -at : (2 * (extent - 1)) - at;
}
