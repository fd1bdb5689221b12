using System.Text;
using System.Text.RegularExpressions;

namespace EdgeAI.Compiler.Emission;

/// <summary>The C kernels this library carries.</summary>
public static partial class KernelLibrary
{
    private const string Prefix = "kernels/";

    /// <summary>Names of all files in ordinal order.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. typeof(KernelLibrary).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of a file, <c>\n</c> line ends; null when there is none.</summary>
    public static string? Find(string file)
    {
        using Stream? stream = typeof(KernelLibrary).Assembly.GetManifestResourceStream(Prefix + file);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>
    /// The named files, everything they include in quotes, and the sources that stand beside included headers, in ordinal order.
    /// Throws <see cref="FileNotFoundException"/> for a file that is not carried.
    /// </summary>
    public static SortedDictionary<string, string> WithIncludes(IEnumerable<string> files)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var open = new Stack<string>(files);
        while (open.TryPop(out string? file))
        {
            if (texts.ContainsKey(file))
            {
                continue;
            }

            string text = Find(file) ?? throw new FileNotFoundException($"kernel file '{file}' is not carried", file);
            texts.Add(file, text);
            foreach (Match include in QuotedInclude().Matches(text))
            {
                open.Push(include.Groups[1].Value);
            }

            string source = Path.ChangeExtension(file, ".c");
            if (Find(source) is not null)
            {
                open.Push(source);
            }
        }

        return texts;
    }

    /// <summary>The quoted includes of a text, in order.</summary>
    public static IEnumerable<string> IncludesOf(string text) => QuotedInclude().Matches(text).Select(include => include.Groups[1].Value);

    [GeneratedRegex("^[ \\t]*#[ \\t]*include[ \\t]*\"([^\"\\n]+)\"", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex QuotedInclude();
}
