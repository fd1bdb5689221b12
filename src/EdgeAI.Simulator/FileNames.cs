using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Simulator;

/// <summary>
/// What a model file calls the values of a graph. Passes give values names of their own, but leave a node the name of the file's node that it began as: a value whose
/// name the reference does not have is the result of the file's node of that name, in whatever order of axes.
/// </summary>
internal sealed class FileNames
{
    private readonly IReadOnlyDictionary<string, NumericArray> _reference;
    private readonly Dictionary<string, string> _resultOf = new(StringComparer.Ordinal);

    /// <summary>The names that a reference knows, of the graph as the file has it.</summary>
    public FileNames(Graph asWritten, IReadOnlyDictionary<string, NumericArray> reference)
    {
        _reference = reference;
        ILookup<Tensor, Node> consumers = asWritten.Consumers();
        foreach (Node node in asWritten.Nodes.Where(node => node.Outputs.Count == 1))
        {
            if (Known(node.Output, consumers) is { } name)
            {
                _resultOf.TryAdd(node.Name, name);
            }
        }
    }

    /// <summary>The file's name of a value, or the graph's own where the file has none.</summary>
    public string Of(Tensor tensor, Node producer)
    {
        string own = QuantizedNames.Original(tensor.Name);
        return _reference.ContainsKey(own) || producer.Outputs.Count != 1 ? own : _resultOf.GetValueOrDefault(producer.Name, own);
    }

    /// <summary>The name under which the reference has a value, perhaps behind a change of its order or extents.</summary>
    private string? Known(Tensor tensor, ILookup<Tensor, Node> consumers) => _reference.ContainsKey(tensor.Name)
        ? tensor.Name
        : consumers[tensor].Where(reader => reader.Outputs.Count == 1 && ReferenceEquals(reader.Inputs[0], tensor) && (reader.Operator == "Transpose" || OperatorCatalog.Of(reader).IsView(reader)))
            .Select(reader => Known(reader.Output, consumers)).FirstOrDefault(name => name is not null);
}
