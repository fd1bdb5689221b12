namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>The operators of a graph in an order in which each follows those it reads from.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>Each tensor has one producer at most; two are an error.</item>
/// <item>An operator is ready when all tensors it reads are inputs, constants or made; of those that are ready, the first in the file is next.</item>
/// <item>Operators that are never ready lie on a cycle or behind one, or read what nothing makes.</item>
/// </list>
/// </remarks>
internal static class TfLiteOrder
{
    /// <summary>Throws <see cref="TfLiteFormatException"/> when there is no such order.</summary>
    public static IReadOnlyList<TfLiteOperator> Sort(TfLiteModel model)
    {
        int[] producer = FindProducers(model);
        var given = model.Inputs.ToHashSet();
        int[] waiting = new int[model.Operators.Length];
        var readers = new List<int>?[model.Operators.Length];
        foreach (TfLiteOperator reader in model.Operators)
        {
            foreach (int tensor in reader.Inputs.Where(tensor => tensor >= 0 && !given.Contains(tensor)).Distinct())
            {
                if (producer[tensor] >= 0)
                {
                    (readers[producer[tensor]] ??= []).Add(reader.Index);
                    waiting[reader.Index]++;
                }
                else if (!IsGivenByFile(model.Tensors[tensor]))
                {
                    throw Missing(model.Tensors[tensor], $"{reader.Name} #{reader.Index} reads");
                }
            }
        }

        foreach (int output in model.Outputs)
        {
            if (producer[output] < 0 && !given.Contains(output) && !IsGivenByFile(model.Tensors[output]))
            {
                throw Missing(model.Tensors[output], "the graph returns");
            }
        }

        return Order(model, waiting, readers);
    }

    private static List<TfLiteOperator> Order(TfLiteModel model, int[] waiting, List<int>?[] readers)
    {
        var ready = new PriorityQueue<int, int>(model.Operators.Where(node => waiting[node.Index] == 0).Select(node => (node.Index, node.Index)));
        var order = new List<TfLiteOperator>(model.Operators.Length);
        while (ready.TryDequeue(out int index, out _))
        {
            order.Add(model.Operators[index]);
            foreach (int reader in readers[index] ?? [])
            {
                if (--waiting[reader] == 0)
                {
                    ready.Enqueue(reader, reader);
                }
            }
        }

        return order.Count == model.Operators.Length
            ? order
            : throw new TfLiteFormatException("its operators read each other in a cycle: "
                + string.Join(", ", model.Operators.Where(node => waiting[node.Index] > 0).Take(8).Select(node => $"{node.Name} #{node.Index}")));
    }

    private static int[] FindProducers(TfLiteModel model)
    {
        int[] producer = new int[model.Tensors.Length];
        Array.Fill(producer, -1);
        foreach (TfLiteOperator node in model.Operators)
        {
            foreach (int output in node.Outputs)
            {
                if (producer[output] >= 0 || !model.Tensors[output].Contents.IsEmpty)
                {
                    throw new TfLiteFormatException(
                        $"{node.Name} #{node.Index} makes tensor {output} '{model.Tensors[output].Name}', which is made elsewhere");
                }

                producer[output] = node.Index;
            }
        }

        foreach (int input in model.Inputs.Where(input => producer[input] >= 0))
        {
            throw new TfLiteFormatException($"tensor {input} '{model.Tensors[input].Name}' is an input and made by operator {producer[input]} too");
        }

        return producer;
    }

    // A constant has contents, unless it has no elements; a variable is there from the start.
    private static bool IsGivenByFile(TfLiteTensor tensor) =>
        !tensor.Contents.IsEmpty || tensor.IsVariable || tensor.Shape.Contains(0);

    private static TfLiteFormatException Missing(TfLiteTensor tensor, string reader) =>
        new($"{reader} tensor {tensor.Index} '{tensor.Name}', which is no input, has no contents and is made by no operator");
}
