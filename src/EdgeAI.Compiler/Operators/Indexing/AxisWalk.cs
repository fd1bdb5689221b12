using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>A tensor seen along one axis: outer · extent · inner elements.</summary>
internal readonly record struct AxisWalk(int Outer, int Extent, int Inner)
{
    /// <summary>The view along an axis.</summary>
    public static AxisWalk Of(Shape shape, int axis)
    {
        int outer = 1;
        int inner = 1;
        for (int i = 0; i < shape.Rank; i++)
        {
            outer = i < axis ? checked(outer * shape[i]) : outer;
            inner = i > axis ? checked(inner * shape[i]) : inner;
        }

        return new(outer, shape[axis], inner);
    }

    /// <summary>The members of kernels' parameters.</summary>
    public IEnumerable<KernelField> Fields() => [KernelField.Of("outer", Outer), KernelField.Of("extent", Extent), KernelField.Of("inner", Inner)];

    /// <summary>Throws unless the axis exists.</summary>
    public static void Check(Tensor x, int axis)
    {
        if (axis < 0 || axis >= x.Shape.Rank)
        {
            throw new OperatorException($"axis {axis} does not exist in '{x}'");
        }
    }
}
