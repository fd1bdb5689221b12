using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Builds graphs of float nodes, by hand or by chance.</summary>
internal sealed class GraphBuilder(string name = "model")
{
    private int _number;

    public Graph Graph { get; } = new() { Name = name };

    public static Tensor Input(string name, params int[] extents) => new(name, ElementType.Float32, new Shape(extents));

    public static Tensor Constant(string name, params float[] values) =>
        Tensor.FromValues<float>(name, ElementType.Float32, new Shape(values.Length), values);

    public Tensor AddInput(string name, params int[] extents)
    {
        Tensor input = Input(name, extents);
        Graph.Inputs.Add(input);
        return input;
    }

    public Tensor Add(Tensor a, Tensor b) => Node("Add", new BinaryAttributes(Clamp.None), a, b);

    public Tensor Relu(Tensor x) => Node("Clamp", new ClampAttributes(Clamp.Relu), x);

    public Tensor Negate(Tensor x) => Node("Negate", new UnaryAttributes(0, 0), x);

    public Tensor Reshape(Tensor x, params int[] extents) => Node("Reshape", new ReshapeAttributes([.. extents]), x);

    public Tensor Transpose(Tensor x, params int[] permutation) => Node("Transpose", new TransposeAttributes([.. permutation]), x);

    public Tensor FullyConnected(Tensor x, Tensor weights) => Node("FullyConnected", new FullyConnectedAttributes(Clamp.None), x, weights, null);

    public Tensor Node(string operatorName, OperatorAttributes attributes, params Tensor?[] inputs)
    {
        string name = $"n{_number}";
        var node = new Node(name, operatorName, attributes) { Inputs = [.. inputs] };
        TensorType type = OperatorCatalog.Of(node).Infer(node)[0];
        node.Outputs.Add(new Tensor($"t{_number}", type.Type, type.Shape));
        Graph.Nodes.Add(node);
        _number++;
        return node.Output;
    }

    /// <summary>A random graph: element-wise operators, views, transposes, products with constants; outputs may be anything.</summary>
    public static Graph Random(Random random, int nodes, string name = "model")
    {
        var builder = new GraphBuilder(name);
        var values = new List<Tensor>();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            values.Add(builder.AddInput($"in{i}", random.Next(1, 4), random.Next(1, 7)));
        }

        for (int i = 0; i < nodes; i++)
        {
            Tensor x = random.Next(3) > 0 ? values[^1] : values[random.Next(values.Count)];
            Tensor[] alike = [.. values.Where(value => value.Shape == x.Shape)];
            values.Add(random.Next(7) switch
            {
                0 or 1 => builder.Add(x, alike[random.Next(alike.Length)]),
                2 => builder.Relu(x),
                3 => builder.Negate(x),
                4 => builder.Reshape(x, x.Shape[1], x.Shape[0]),
                5 => builder.Transpose(x, 1, 0),
                _ => builder.FullyConnected(x, Weights(random, $"w{i}", random.Next(1, 7), x.Shape[1])),
            });
        }

        for (int i = random.Next(1, 4); i > 0; i--)
        {
            builder.Graph.Outputs.Add(random.Next(3) > 0 ? values[^1] : values[random.Next(values.Count)]);
        }

        return builder.Graph;
    }

    public static Tensor Weights(Random random, string name, int outputs, int inputs)
    {
        float[] values = new float[outputs * inputs];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (random.NextSingle() * 2) - 1;
        }

        return Tensor.FromValues<float>(name, ElementType.Float32, new Shape(outputs, inputs), values);
    }
}
