using System.Globalization;

namespace EdgeAI.Compiler.Linking;

/// <summary>
/// A whole number from others that have names, such as bytes of working memory from extents: whole numbers, names, <c>+ - * / ( )</c>, with the usual
/// precedence; a division rounds down.
/// </summary>
public sealed class WholeFormula(string text)
{
    private const int Deepest = 32;

    /// <summary>The result as a size. Throws <see cref="FormatException"/> with what is wrong: a text of another form, an unknown name, a result below 0 or beyond int32.</summary>
    public long Evaluate(IReadOnlyDictionary<string, long> values)
    {
        long size = Number(values);
        return size >= 0 ? size : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"the result {size} is no size"));
    }

    /// <summary>The result where it may be negative. Throws <see cref="FormatException"/> with what is wrong: a text of another form, an unknown name, a result beyond int32.</summary>
    public long Number(IReadOnlyDictionary<string, long> values)
    {
        try
        {
            return checked((int)new Reading(text, values).Whole());
        }
        catch (OverflowException)
        {
            throw new FormatException("the result is no size");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => text;

    /// <summary>One evaluation: where it stands in the text.</summary>
    private sealed class Reading(string text, IReadOnlyDictionary<string, long> values)
    {
        private int _at;
        private int _depth;

        public long Whole()
        {
            long result = Sum();
            return _at < text.Length ? throw new FormatException($"'{text[_at]}' at {_at} is not expected") : result;
        }

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
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
            {
                _at++;
            }

            string word = text[start.._at];
            Skip();
            return word.Length == 0 ? throw new FormatException($"a number or a name is missing at {start}")
                : long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
                : values.TryGetValue(word, out long member) ? member
                : throw new FormatException($"'{word}' is no number and none of the names that are known here, which are {string.Join(", ", values.Keys.Order(StringComparer.Ordinal))}");
        }

        private char? Take(char first, char second)
        {
            Skip();
            if (_at < text.Length && (text[_at] == first || text[_at] == second))
            {
                char taken = text[_at++];
                Skip();
                return taken;
            }

            return null;
        }

        private void Skip()
        {
            while (_at < text.Length && text[_at] == ' ')
            {
                _at++;
            }
        }
    }
}
