using System.Globalization;
using EdgeAI.Compiler.Tests.Import.Fuzz;

// Arguments: number of cases, seed, folders with models; files over 300 KB are left out. Failures are printed as they are found.
int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
string[] folders = args.Length > 2 ? args[2..] : ["tests/Assets"];
const long MostBytes = 300_000;
List<(string Name, byte[] Bytes)> corpus =
[
    .. folders.SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        .Where(file => Path.GetExtension(file) is ".onnx" or ".tflite" && new FileInfo(file).Length <= MostBytes)
        .Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file))),
];
Console.WriteLine($"{corpus.Count} models, seed {seed}, {count} cases");
(IReadOnlyList<string> failures, int models) = ImportFuzz.Run(corpus, seed, 0, count, Console.WriteLine);
Console.WriteLine($"{count} cases, {models} of them models still, {failures.Count} failures");
return failures.Count == 0 ? 0 : 1;
