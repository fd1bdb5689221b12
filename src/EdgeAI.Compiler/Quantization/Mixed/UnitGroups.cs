using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization.Mixed;

/// <summary>
/// Which layers get their types together, so that a search over a deep model ends.
/// <list type="bullet">
/// <item>Up to <see cref="MostGroups"/> layers are chosen for one by one.</item>
/// <item>Of more, the copies of one node of the file, as the rounds of a loop, get one type.</item>
/// <item>Where that leaves too many, neighbours in the order of nodes are joined, evenly.</item>
/// </list>
/// </summary>
internal sealed class UnitGroups
{
    /// <summary>So many groups there are at most.</summary>
    public const int MostGroups = 128;

    private readonly TypeOptions[] _units;
    private readonly int[] _groupOf;

    /// <summary>Of the layers with a choice, in the order of nodes, and what each may be.</summary>
    public UnitGroups(IReadOnlyList<Node> nodes, TypeOptions[] units)
    {
        _units = units;
        _groupOf = [.. Enumerable.Range(0, units.Length)];
        if (units.Length > MostGroups)
        {
            var numbers = new Dictionary<(string, string), int>();
            for (int i = 0; i < units.Length; i++)
            {
                (string, string) copied = (nodes[i].Source, nodes[i].Operator);
                _groupOf[i] = numbers.TryGetValue(copied, out int known) ? known : numbers[copied] = numbers.Count;
            }

            long count = numbers.Count;
            _groupOf = count > MostGroups ? [.. _groupOf.Select(group => (int)(group * (long)MostGroups / count))] : _groupOf;
        }

        Options = [.. Enumerable.Range(0, units.Length).GroupBy(unit => _groupOf[unit]).OrderBy(group => group.Key).Select(group => Together([.. group.Select(unit => units[unit])]))];
    }

    /// <summary>What each group may be: the types that its layers have, with the sum of their noise.</summary>
    public TypeOptions[] Options { get; }

    /// <summary>The layers of each group, by their places.</summary>
    public ILookup<int, int> Members => Enumerable.Range(0, _units.Length).ToLookup(unit => _groupOf[unit]);

    /// <summary>The type of each layer; one without the form that its group has takes its next wider one.</summary>
    public ElementType[] Spread(ElementType[] ofGroups) => [.. _units.Select((unit, i) => ofGroups[_groupOf[i]] switch
    {
        ElementType.Int8 => unit.Narrow,
        ElementType.Int16 => unit.Wide,
        var type => type,
    })];

    private static TypeOptions Together(TypeOptions[] units) => new(
        units.Select(unit => unit.Narrow).MinBy(Width), units.Select(unit => unit.Wide).MinBy(Width),
        units.Sum(unit => unit.NarrowNoise), units.Sum(unit => unit.WideNoise));

    private static int Width(ElementType type) => type switch { ElementType.Int8 => 1, ElementType.Int16 => 2, _ => 4 };
}
