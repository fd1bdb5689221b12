using System.Collections.Immutable;
using System.Globalization;

namespace EdgeAI.Compiler.Model;

/// <summary>Attribute values as the messages of edgeai.proto.</summary>
internal static class AttributeWire
{
    /// <summary>The record as messages, in the order of its parameters.</summary>
    public static IEnumerable<Wire.Attribute> Write(OperatorAttributes attributes) =>
        AttributeCodec.Read(attributes).Select(pair => Write(pair.Name, pair.Value));

    /// <summary>
    /// The record of a type's name. Throws <see cref="InvalidDataException"/> when the type is unknown or a value is missing, unknown, repeated
    /// or of another kind.
    /// </summary>
    public static OperatorAttributes Read(string typeName, IReadOnlyList<Wire.Attribute> messages)
    {
        Type type = AttributeCodec.Find(typeName) ?? throw new InvalidDataException($"attributes '{typeName}' are not known");
        var parameters = AttributeCodec.ParametersOf(type);
        if (messages.Count != parameters.Count)
        {
            throw new InvalidDataException($"{typeName} has {messages.Count} values instead of {parameters.Count}");
        }

        object[] values = new object[parameters.Count];
        for (int i = 0; i < values.Length; i++)
        {
            (string name, Type parameterType) = parameters[i];
            Wire.Attribute message = messages.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw new InvalidDataException($"{typeName} has no value '{name}'");
            values[i] = Read(typeName, message, parameterType);
        }

        return AttributeCodec.Create(type, values);
    }

    /// <summary>A value whose type the message alone tells: long, float, string, ImmutableArray of long or float. Throws <see cref="InvalidDataException"/>.</summary>
    public static object ReadOpen(Wire.Attribute message) => message.ValueCase switch
    {
        Wire.Attribute.ValueOneofCase.Integer => message.Integer,
        Wire.Attribute.ValueOneofCase.Real => message.Real,
        Wire.Attribute.ValueOneofCase.Text => message.Text,
        Wire.Attribute.ValueOneofCase.Integers => message.Integers.Values.ToImmutableArray(),
        Wire.Attribute.ValueOneofCase.Reals => message.Reals.Values.ToImmutableArray(),
        _ => throw new InvalidDataException($"attribute '{message.Name}' holds {message.ValueCase}"),
    };

    private static Wire.Attribute Write(string name, object value)
    {
        var message = new Wire.Attribute { Name = name };
        switch (value)
        {
            case int number:
                message.Integer = number;
                break;
            case long number:
                message.Integer = number;
                break;
            case float number:
                message.Real = number;
                break;
            case bool flag:
                message.Flag = flag;
                break;
            case string text:
                message.Text = text;
                break;
            case Enum choice:
                message.Choice = choice.ToString();
                break;
            case Clamp clamp:
                message.Limits = new() { Minimum = clamp.Minimum, Maximum = clamp.Maximum };
                break;
            case ImmutableArray<int> numbers:
                message.Integers = new() { Values = { numbers.Select(number => (long)number) } };
                break;
            case ImmutableArray<long> numbers:
                message.Integers = new() { Values = { numbers } };
                break;
            case ImmutableArray<float> numbers:
                message.Reals = new() { Values = { numbers } };
                break;
            default:
                throw new InvalidOperationException($"no form for {value.GetType().Name}");
        }

        return message;
    }

    private static object Read(string typeName, Wire.Attribute message, Type type)
    {
        object? value = message.ValueCase switch
        {
            Wire.Attribute.ValueOneofCase.Integer when type == typeof(int) => ToInt(message.Integer),
            Wire.Attribute.ValueOneofCase.Integer when type == typeof(long) => message.Integer,
            Wire.Attribute.ValueOneofCase.Real when type == typeof(float) => message.Real,
            Wire.Attribute.ValueOneofCase.Flag when type == typeof(bool) => message.Flag,
            Wire.Attribute.ValueOneofCase.Text when type == typeof(string) => message.Text,
            Wire.Attribute.ValueOneofCase.Choice when type.IsEnum && Enum.IsDefined(type, message.Choice) => Enum.Parse(type, message.Choice),
            Wire.Attribute.ValueOneofCase.Limits when type == typeof(Clamp) => new Clamp(message.Limits.Minimum, message.Limits.Maximum),
            Wire.Attribute.ValueOneofCase.Integers when type == typeof(ImmutableArray<int>) =>
                message.Integers.Values.Select(ToInt).ToImmutableArray(),
            Wire.Attribute.ValueOneofCase.Integers when type == typeof(ImmutableArray<long>) => message.Integers.Values.ToImmutableArray(),
            Wire.Attribute.ValueOneofCase.Reals when type == typeof(ImmutableArray<float>) => message.Reals.Values.ToImmutableArray(),
            _ => null,
        };

        return value ?? throw new InvalidDataException($"{typeName}.{message.Name} holds {message.ValueCase} instead of {type.Name}");
    }

    private static int ToInt(long value) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw new InvalidDataException($"{value.ToString(CultureInfo.InvariantCulture)} does not fit 32 bits");
}
