using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>Every operator of the product, found in this library by type; adding a class adds the operator.</summary>
public static class OperatorCatalog
{
    private static readonly SortedDictionary<string, Operator> ByName = Find();

    /// <summary>All operators in ordinal order of name.</summary>
    public static IReadOnlyCollection<Operator> All => ByName.Values;

    /// <summary>The operator of a node. Throws when there is none.</summary>
    public static Operator Of(Node node) => TryOf(node)
        ?? throw new OperatorException($"operator '{node.Operator}' of node '{node.Name}' is not known");

    /// <summary>The operator of a node, which its attributes may bring along; or null.</summary>
    public static Operator? TryOf(Node node) => node.Attributes.Definition ?? Find(node.Operator);

    /// <summary>The operator of a name, or null.</summary>
    public static Operator? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Every concrete class of the given kind in this library, one instance each, in ordinal order of full name.</summary>
    internal static IEnumerable<T> InstancesOf<T>() where T : class =>
        typeof(OperatorCatalog).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(T).IsAssignableFrom(type) && type.GetConstructor(Type.EmptyTypes) is not null)
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => (T)Activator.CreateInstance(type)!);

    private static SortedDictionary<string, Operator> Find()
    {
        var operators = new SortedDictionary<string, Operator>(StringComparer.Ordinal);
        foreach (Operator found in InstancesOf<Operator>())
        {
            operators.Add(found.Name, found);
        }

        return operators;
    }
}
