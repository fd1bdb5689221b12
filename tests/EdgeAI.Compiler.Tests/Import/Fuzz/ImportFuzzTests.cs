namespace EdgeAI.Compiler.Tests.Import.Fuzz;

/// <summary>A few hundred damaged files of the small models in tests/Assets; build/Fuzz runs as many as wanted.</summary>
[TestClass]
public sealed class ImportFuzzTests(TestContext context)
{
    private const int Cases = 400;

    [TestMethod]
    public void Damaged_files_end_in_coded_errors_or_models()
    {
        int seed = Seeds.Of(context);
        (IReadOnlyList<string> failures, int models) = ImportFuzz.Run(Corpus(), seed, 0, Cases);
        Console.WriteLine($"{models} of {Cases} were models still");
        Assert.IsEmpty(failures, string.Join('\n', failures));
    }

    [TestMethod]
    public void A_case_is_the_same_whenever_it_is_made()
    {
        List<(string, byte[])> corpus = Corpus();
        for (int i = 0; i < 20; i++)
        {
            CollectionAssert.AreEqual(ImportFuzz.Case(corpus, 7, i).Bytes, ImportFuzz.Case(corpus, 7, i).Bytes);
        }
    }

    private static List<(string Name, byte[] Bytes)> Corpus()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgeAI.Sdk.sln")))
        {
            folder = folder.Parent!;
        }

        return [.. Directory.GetFiles(Path.Combine(folder.FullName, "tests", "Assets"), "tiny-*")
            .Where(file => Path.GetExtension(file) is ".onnx" or ".tflite").Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))];
    }
}
