using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace EdgeAI.Compiler.Model;

/// <summary>
/// Attribute records as named values and back, in the order of the record's parameters. Values are int, long, float, bool, string,
/// an enum, <see cref="Clamp"/> or an ImmutableArray of int, long or float. Constructors are looked up once a type.
/// </summary>
internal static class AttributeCodec
{
    private static readonly ConcurrentDictionary<Type, Form> Forms = new();

    private static readonly Dictionary<string, Type> TypesByName = typeof(OperatorAttributes).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(OperatorAttributes)) && !typeof(IOpenAttributes).IsAssignableFrom(type))
        .ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>Every attribute record of an operator of this library, in ordinal order of name.</summary>
    public static IEnumerable<Type> AllTypes => TypesByName.Values.OrderBy(type => type.Name, StringComparer.Ordinal);

    /// <summary>The record type of a name without namespace, or null.</summary>
    public static Type? Find(string name) => TypesByName.GetValueOrDefault(name);

    /// <summary>The name and type of each parameter of a record type.</summary>
    public static IReadOnlyList<(string Name, Type Type)> ParametersOf(Type attributesType) => FormOf(attributesType).Parameters;

    /// <summary>The record's values in the order of its parameters.</summary>
    public static IReadOnlyList<(string Name, object Value)> Read(OperatorAttributes attributes)
    {
        if (attributes is IOpenAttributes open)
        {
            return open.Named;
        }

        Form form = FormOf(attributes.GetType());
        var values = new (string, object)[form.Parameters.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (form.Parameters[i].Name, form.Properties[i].GetValue(attributes)
                ?? throw new InvalidOperationException($"{attributes.GetType().Name}.{form.Parameters[i].Name} is null"));
        }

        return values;
    }

    /// <summary>The record of the given values, one for each parameter in order and of its type.</summary>
    public static OperatorAttributes Create(Type attributesType, IReadOnlyList<object> values)
    {
        Form form = FormOf(attributesType);
        return form.Constructor is { } constructor
            ? (OperatorAttributes)constructor.Invoke([.. values])
            : NoAttributes.Instance;
    }

    private static Form FormOf(Type type) => Forms.GetOrAdd(type, MakeForm);

    private static Form MakeForm(Type type)
    {
        if (type == typeof(NoAttributes))
        {
            return new(null, [], []);
        }

        ConstructorInfo constructor = type.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length).First();
        var parameters = constructor.GetParameters().Select(parameter => (parameter.Name!, parameter.ParameterType)).ToImmutableArray();
        var properties = parameters.Select(parameter => type.GetProperty(parameter.Item1, parameter.ParameterType)
            ?? throw new InvalidOperationException($"{type.Name} has no property {parameter.Item1}")).ToImmutableArray();
        foreach ((string name, Type parameterType) in parameters)
        {
            if (!IsSupported(parameterType))
            {
                throw new InvalidOperationException($"{type.Name}.{name} is a {parameterType.Name}, which model files do not carry");
            }
        }

        return new(constructor, parameters, properties);
    }

    private static bool IsSupported(Type type) =>
        type.IsEnum || type == typeof(int) || type == typeof(long) || type == typeof(float) || type == typeof(bool) || type == typeof(string)
        || type == typeof(Clamp) || type == typeof(ImmutableArray<int>) || type == typeof(ImmutableArray<long>)
        || type == typeof(ImmutableArray<float>);

    private sealed record Form(
        ConstructorInfo? Constructor, ImmutableArray<(string Name, Type Type)> Parameters, ImmutableArray<PropertyInfo> Properties);
}
