using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>Every ONNX form and constant rule of this library, found by type.</summary>
internal static class OnnxFormCatalog
{
    private static readonly SortedDictionary<string, IOnnxForm> Forms = Find<IOnnxForm>(form => form.OperatorTypes);
    private static readonly SortedDictionary<string, IConstantRule> Rules = Find<IConstantRule>(rule => rule.OperatorTypes);

    /// <summary>Every operator that can be imported, in ordinal order; a constant rule alone does not count.</summary>
    public static IReadOnlyCollection<string> OperatorTypes => Forms.Keys;

    /// <summary>Operators that are computed at import when their operands are constants, in ordinal order.</summary>
    public static IReadOnlyCollection<string> FoldedOperatorTypes => Rules.Keys;

    /// <summary>The form of an operator, or null.</summary>
    public static IOnnxForm? Form(string domain, string operatorType) => Forms.GetValueOrDefault(Key(domain, operatorType));

    /// <summary>The constant rule of an operator, or null.</summary>
    public static IConstantRule? Rule(string domain, string operatorType) => Rules.GetValueOrDefault(Key(domain, operatorType));

    private static string Key(string domain, string operatorType) => domain.Length == 0 ? operatorType : $"{domain}:{operatorType}";

    private static SortedDictionary<string, T> Find<T>(Func<T, IEnumerable<string>> names) where T : class
    {
        var found = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach (T instance in OperatorCatalog.InstancesOf<T>())
        {
            foreach (string name in names(instance))
            {
                found.Add(name, instance);
            }
        }

        return found;
    }
}
