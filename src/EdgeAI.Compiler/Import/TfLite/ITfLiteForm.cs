using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// How one or more TFLite operators are written in the internal graph. A class per form, in the room of its operator, without state;
/// adding a class adds the form.
/// </summary>
internal interface ITfLiteForm
{
    /// <summary>The schema's names of the operators it reads, <c>CONV_2D</c>.</summary>
    IReadOnlyList<string> Operators { get; }

    /// <summary>
    /// Emits the nodes that compute the node's results and binds each of them. Throws <see cref="TfLiteNodeException"/> when the node
    /// cannot be carried out.
    /// </summary>
    void Import(TfLiteNode node);
}

/// <summary>A node that cannot be carried out, told in one sentence.</summary>
internal sealed class TfLiteNodeException(string message) : Exception(message);

/// <summary>Every form of this library by the name of the operator it reads.</summary>
internal static class TfLiteForms
{
    private static readonly Dictionary<string, ITfLiteForm> ByOperator = OperatorCatalog.InstancesOf<ITfLiteForm>()
        .SelectMany(form => form.Operators.Select(name => (name, form)))
        .ToDictionary(pair => pair.name, pair => pair.form, StringComparer.Ordinal);

    /// <summary>The operators that can be read, in ordinal order.</summary>
    public static IEnumerable<string> Names => ByOperator.Keys.Order(StringComparer.Ordinal);

    /// <summary>The form of an operator, or null.</summary>
    public static ITfLiteForm? Find(string name) => ByOperator.GetValueOrDefault(name);
}
