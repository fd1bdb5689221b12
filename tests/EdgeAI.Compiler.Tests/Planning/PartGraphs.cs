using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Graphs of one element type whose tensors are parts of others: concatenations, slices, both of each other.</summary>
internal static class PartGraphs
{
    private static readonly ElementType[] Types = [ElementType.Float32, ElementType.Int8, ElementType.Int16, ElementType.Int64];

    /// <summary>
    /// Concatenations of results, inputs, constants, one tensor twice, slices and concatenations; slices in one stretch and in many, of results, inputs and
    /// slices; between them sums in place, views and transposes. Outputs may be anything.
    /// </summary>
    public static Graph Random(Random random, int nodes) => Random(random, nodes, Types[random.Next(Types.Length)]);

    /// <summary>Likewise of a given element type.</summary>
    public static Graph Random(Random random, int nodes, ElementType type)
    {
        var builder = new GraphBuilder();
        var values = new List<Tensor>();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            values.Add(new Tensor($"in{i}", type, new Shape(random.Next(1, 5), 4 * random.Next(1, 4))));
            builder.Graph.Inputs.Add(values[^1]);
        }

        for (int i = 0; i < nodes; i++)
        {
            Tensor x = random.Next(3) > 0 ? values[^1] : values[random.Next(values.Count)];
            Tensor[] alike = [.. values.Where(value => value.Shape == x.Shape)];
            values.Add(random.Next(10) switch
            {
                0 or 1 => builder.Node("Add", new BinaryAttributes(Clamp.None), x, alike[random.Next(alike.Length)]),
                2 => builder.Reshape(x, x.Shape[1], x.Shape[0]),
                3 => builder.Transpose(x, 1, 0),
                4 or 5 or 6 => Slice(builder, random, x),
                _ when x.Shape.ElementCount < 400 => Concatenate(builder, random, x, values),
                _ => Slice(builder, random, x),
            });
        }

        for (int i = random.Next(1, 4); i > 0; i--)
        {
            builder.Graph.Outputs.Add(random.Next(3) > 0 ? values[^1] : values[random.Next(values.Count)]);
        }

        return builder.Graph;
    }

    /// <summary>Images of rows put behind one another and taken apart, between convolutions whose results may lie over their operands.</summary>
    public static Graph Images(Random random, int nodes)
    {
        var builder = new GraphBuilder();
        var values = new List<Tensor> { builder.AddInput("image", 1, random.Next(4, 13), random.Next(2, 7), random.Next(1, 5)) };
        for (int i = 0; i < nodes; i++)
        {
            Tensor x = random.Next(3) > 0 ? values[^1] : values[random.Next(values.Count)];
            Tensor[] fitting = [.. values.Where(value => value.Shape[2] == x.Shape[2] && value.Shape[3] == x.Shape[3] && value.Shape[1] < 30)];
            int rows = random.Next(1, x.Shape[1] + 1);
            values.Add(random.Next(8) switch
            {
                0 or 1 => ImageGraphs.SameDepthwise(builder, random, x, $"d{i}"),
                2 or 3 => ImageGraphs.SameConvolution(builder, random, x, x.Shape[3], $"c{i}"),
                4 => builder.Relu(x),
                5 when fitting.Length > 0 => Concatenate(builder, 1, fitting[random.Next(fitting.Length)], x),
                6 when fitting.Length > 0 => Concatenate(builder, 1, x, fitting[random.Next(fitting.Length)]),
                _ => builder.Node(
                    "Slice", new SliceAttributes([0, random.Next(x.Shape[1] - rows + 1), 0, 0], [1, rows, x.Shape[2], x.Shape[3]], [1, 1, 1, 1]), x),
            });
        }

        builder.Graph.Outputs.Add(values[^1]);
        if (random.Next(3) == 0)
        {
            builder.Graph.Outputs.Add(values[random.Next(values.Count)]);
        }

        return builder.Graph;
    }

    /// <summary>Two operands and more behind one another along an axis.</summary>
    public static Tensor Concatenate(GraphBuilder builder, int axis, params Tensor[] operands) =>
        builder.Node("Concatenate", new ConcatenateAttributes(axis), operands);

    /// <summary>Some rows of a matrix.</summary>
    public static Tensor Rows(GraphBuilder builder, Tensor x, int start, int count) =>
        builder.Node("Slice", new SliceAttributes([start, 0], [count, x.Shape[1]], [1, 1]), x);

    private static Tensor Concatenate(GraphBuilder builder, Random random, Tensor x, List<Tensor> values)
    {
        int axis = random.Next(3) > 0 ? 0 : 1;
        var operands = new List<Tensor> { x };
        Tensor[] fitting = [.. values.Where(value => value.Shape[1 - axis] == x.Shape[1 - axis] && value.Shape.ElementCount < 400)];
        for (int i = random.Next(1, 4); i > 0 && fitting.Length > 0; i--)
        {
            operands.Insert(random.Next(operands.Count + 1), fitting[random.Next(fitting.Length)]);
        }

        if (random.Next(4) == 0)
        {
            byte[] bytes = new byte[x.ByteSize];
            random.NextBytes(bytes);
            operands.Add(new Tensor($"k{builder.Graph.Nodes.Count}", x.Type, x.Shape) { Constant = x.Type == ElementType.Float32 ? new byte[x.ByteSize] : bytes });
        }

        return Concatenate(builder, axis, [.. operands]);
    }

    private static Tensor Slice(GraphBuilder builder, Random random, Tensor x)
    {
        int axis = random.Next(3) > 0 ? 0 : 1;
        int[] starts = [0, 0];
        int[] extents = [x.Shape[0], x.Shape[1]];
        int step = random.Next(6) == 0 ? 2 : 1;
        extents[axis] = random.Next(1, ((extents[axis] - 1) / step) + 2);
        starts[axis] = random.Next(x.Shape[axis] - ((extents[axis] - 1) * step));
        int[] steps = [1, 1];
        steps[axis] = step;
        return builder.Node("Slice", new SliceAttributes([.. starts], [.. extents], [.. steps]), x);
    }
}
