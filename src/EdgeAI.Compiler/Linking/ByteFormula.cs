using System.Collections.Immutable;
using System.Globalization;

namespace EdgeAI.Compiler.Linking;

/// <summary>
/// Bytes from the members of a kernel's parameter struct: whole numbers, names of members, <c>+ - * / ( )</c>, with the usual precedence; a division
/// rounds down.
/// </summary>
public sealed class ByteFormula
{
    private const int Deepest = 32;
    private readonly string _text;
    private int _at;
    private int _depth;
    private IReadOnlyDictionary<string, long> _values = ImmutableDictionary<string, long>.Empty;

    /// <summary>Keeps the text; <see cref="Evaluate"/> reads it.</summary>
    public ByteFormula(string text) => _text = text;

    /// <summary>The result for a call. Throws <see cref="FormatException"/> with what is wrong: a text of another form, an unknown name, a result below 0 or beyond int32.</summary>
    public long Evaluate(IReadOnlyDictionary<string, long> values)
    {
        (_at, _depth, _values) = (0, 0, values);
        try
        {
            long result = Sum();
            return _at < _text.Length ? throw new FormatException($"'{_text[_at]}' at {_at} is not expected")
                : result is < 0 or > int.MaxValue ? throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"the result {result} is no size"))
                : result;
        }
        catch (OverflowException)
        {
            throw new FormatException("the result is no size");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    private long Sum()
    {
        if (++_depth > Deepest)
        {
            throw new FormatException("it is nested too deep");
        }

        long value = Product();
        while (Take('+', '-') is { } sign)
        {
            value = sign == '+' ? checked(value + Product()) : checked(value - Product());
        }

        _depth--;
        return value;
    }

    private long Product()
    {
        long value = Operand();
        while (Take('*', '/') is { } sign)
        {
            long factor = Operand();
            value = sign == '*' ? checked(value * factor)
                : factor == 0 ? throw new FormatException("it divides by 0")
                : Math.DivRem(value, factor) is var (quotient, rest) && rest != 0 && (rest < 0) != (factor < 0) ? quotient - 1 : value / factor;
        }

        return value;
    }

    private long Operand()
    {
        if (Take('(', '(') is not null)
        {
            long value = Sum();
            return Take(')', ')') is not null ? value : throw new FormatException("a ')' is missing");
        }

        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
        {
            _at++;
        }

        string word = _text[start.._at];
        Skip();
        return word.Length == 0 ? throw new FormatException($"a number or a name is missing at {start}")
            : long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
            : _values.TryGetValue(word, out long member) ? member
            : throw new FormatException($"'{word}' is no number and no whole-number member of the parameters, which are {string.Join(", ", _values.Keys.Order(StringComparer.Ordinal))}");
    }

    private char? Take(char first, char second)
    {
        Skip();
        if (_at < _text.Length && (_text[_at] == first || _text[_at] == second))
        {
            char taken = _text[_at++];
            Skip();
            return taken;
        }

        return null;
    }

    private void Skip()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
    }
}
