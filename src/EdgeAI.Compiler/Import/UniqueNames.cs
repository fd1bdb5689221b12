namespace EdgeAI.Compiler.Import;

/// <summary>Names given out once each, in constant time however many wish for the same.</summary>
internal sealed class UniqueNames(IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);
    private readonly Dictionary<string, int> _nextNumber = new(StringComparer.Ordinal);

    /// <summary>No name is taken yet.</summary>
    public UniqueNames() : this([])
    {
    }

    /// <summary>Gives a name back.</summary>
    public void Free(string name) => _taken.Remove(name);

    /// <summary>The wanted name, or the wanted name with the next number behind it that makes it free.</summary>
    public string Take(string wanted)
    {
        string name = wanted;
        while (!_taken.Add(name))
        {
            int number = _nextNumber.GetValueOrDefault(wanted) + 1;
            _nextNumber[wanted] = number;
            name = FormattableString.Invariant($"{wanted}_{number}");
        }

        return name;
    }
}
