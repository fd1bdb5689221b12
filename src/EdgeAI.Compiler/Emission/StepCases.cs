using System.Text;

namespace EdgeAI.Compiler.Emission;

/// <summary>The C of a model's steps in their order, kept in parts of equally many steps.</summary>
internal sealed class StepCases
{
    /// <summary>Steps of a part.</summary>
    public const int PartSize = 64;

    /// <summary>More steps than this are many for one function: a compiler's time over one grows faster than its length.</summary>
    private const int MostInOneFunction = 256;

    private readonly List<StringBuilder> _parts = [];
    private int _count;

    /// <summary>The parts: step n is in part n / <see cref="PartSize"/>; a part is empty whose steps are all written elsewhere.</summary>
    public IReadOnlyList<StringBuilder> Parts => _parts;

    /// <summary>Whether the steps want more than one function.</summary>
    public bool AreMany => _count > MostInOneFunction;

    /// <summary>All parts as one text.</summary>
    public StringBuilder All => _parts.Aggregate(new StringBuilder(), (all, part) => all.Append(part));

    /// <summary>Where to write a step that was not written yet.</summary>
    public StringBuilder Of(int step)
    {
        while (_parts.Count <= step / PartSize)
        {
            _parts.Add(new());
        }

        _count++;
        return _parts[step / PartSize];
    }
}
