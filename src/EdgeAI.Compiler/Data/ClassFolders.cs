using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Data;

/// <summary>
/// The classes that folders of samples stand for (<c>test/cat/*.png</c>).
/// <list type="bullet">
/// <item>A text file with the names of the classes, one a line, tells their order: TestLabels, or <c>labels.txt</c> in the folder.</item>
/// <item>Without one, folders that are whole numbers are classes by their number, and others in ordinal order of their names, where there are as many as classes.</item>
/// </list>
/// </summary>
public static class ClassFolders
{
    private const string NamesFile = "labels.txt";
    private const int Named = 16;

    /// <summary>
    /// The class of each folder; null where folders are no classes or TestLabels has a label for each sample. Throws <see cref="DiagnosticException"/> for
    /// a folder that is no class of the names given.
    /// </summary>
    /// <param name="path">The test data.</param>
    /// <param name="display">The path as diagnostics show it.</param>
    /// <param name="labels">TestLabels with its name for diagnostics, or null.</param>
    /// <param name="input">The model's first input.</param>
    /// <param name="output">The output whose elements are classes.</param>
    /// <param name="diagnostics">Takes the order that was found, or why none was.</param>
    public static IReadOnlyDictionary<string, int>? Find(
        string path, string display, (string Path, string Display)? labels, Tensor input, Tensor output, ICollection<Diagnostic> diagnostics)
    {
        (IReadOnlyList<string> folders, string? beside) = new SampleSource("TestData", path, display, [input], [output], null).FindFolders();
        if (folders.Count == 0)
        {
            return null;
        }

        (string Path, string Display) file = labels ?? (Path.Combine(path, NamesFile), $"{display}/{NamesFile}");
        string[]? names = LabelFile.ReadNames(file.Path, file.Display, folders);
        long classes = Math.Max(2, output.Shape.ElementCount);
        if (beside is not null)
        {
            return SayBeside($"{display}/{beside}", folders, labels?.Display, names is not null, classes, diagnostics);
        }

        if (names is not null)
        {
            if (names.Length != classes)
            {
                diagnostics.Add(DiagnosticCatalog.ClassNamesCount.With(null, file.Display, names.Length, output.Name, classes));
            }

            return OfNames(names, folders, display, file.Display, diagnostics);
        }

        if (labels is not null)
        {
            return null;
        }

        int?[] numbers = [.. folders.Select(Number)];
        bool areNumbers = numbers.All(number => number is not null);
        if (!areNumbers && folders.Count != classes)
        {
            diagnostics.Add(DiagnosticCatalog.FoldersNotClasses.With(null, display, folders.Count, output.Name, classes));
            return null;
        }

        Dictionary<string, int> found = Enumerable.Range(0, folders.Count)
            .ToDictionary(i => folders[i], i => areNumbers ? numbers[i]!.Value : i, StringComparer.Ordinal);
        Tell(found, display, areNumbers ? "the numbers that are their names" : "the ordinal order of their names", diagnostics);
        return found;
    }

    /// <summary>Says that a sample lies beside folders that names or their number make classes.</summary>
    private static IReadOnlyDictionary<string, int>? SayBeside(
        string beside, IReadOnlyList<string> folders, string? labels, bool haveNames, long classes, ICollection<Diagnostic> diagnostics)
    {
        if (labels is not null)
        {
            return haveNames
                ? throw DiagnosticCatalog.LabelNotReadable.Throw(null, labels, $"it names classes, and '{beside}' lies beside the {folders.Count} folders and has none")
                : null;
        }

        if (haveNames || folders.Count == classes || folders.All(folder => Number(folder) is not null))
        {
            diagnostics.Add(DiagnosticCatalog.SampleBesideFolders.With(null, beside, folders.Count));
        }

        return null;
    }

    private static Dictionary<string, int> OfNames(
        string[] names, IReadOnlyList<string> folders, string display, string file, ICollection<Diagnostic> diagnostics)
    {
        Dictionary<string, int> classes = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        if (folders.FirstOrDefault(folder => !classes.ContainsKey(folder)) is { } unknown)
        {
            string known = string.Join(", ", names.Take(Named)) + (names.Length > Named ? string.Create(CultureInfo.InvariantCulture, $" and {names.Length - Named} more") : "");
            throw DiagnosticCatalog.ClassFolderUnknown.Throw(null, display, unknown, file, known);
        }

        Dictionary<string, int> found = folders.ToDictionary(folder => folder, folder => classes[folder], StringComparer.Ordinal);
        Tell(found, display, $"the order of '{file}'", diagnostics);
        return found;
    }

    private static void Tell(Dictionary<string, int> found, string display, string order, ICollection<Diagnostic> diagnostics)
    {
        ImmutableArray<string> classes = [.. found.OrderBy(pair => pair.Value).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} {pair.Key}"))];
        string list = string.Join(", ", classes.Take(Named)) + (classes.Length > Named ? string.Create(CultureInfo.InvariantCulture, $" and {classes.Length - Named} more") : "");
        diagnostics.Add(DiagnosticCatalog.ClassesOfFolders.With(null, display, order, list));
    }

    /// <summary>The number that a name is, written without signs and leading zeros.</summary>
    private static int? Number(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number.ToString(CultureInfo.InvariantCulture) == name ? number : null;
}
