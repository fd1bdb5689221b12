using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace EdgeAI.Compiler.Planning.Kernels;

/// <summary>
/// What kernels cost on a core, measured once and carried by this library (<c>costs/CORE.json</c>, written by <c>build/measure-costs.sh</c>); nothing
/// of the user's machine enters it.
/// </summary>
public sealed class KernelCostTable
{
    private const string Prefix = "costs/";
    private static readonly FrozenDictionary<string, Lazy<KernelCostTable>> ByCore = typeof(KernelCostTable).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => Path.GetFileNameWithoutExtension(name[Prefix.Length..]), name => new Lazy<KernelCostTable>(() => Read(name)), StringComparer.Ordinal);

    private readonly FrozenDictionary<string, KernelCost> _kernels;
    private readonly FrozenDictionary<string, long> _codeBytes;

    private KernelCostTable(FrozenDictionary<string, KernelCost> kernels, FrozenDictionary<string, long> codeBytes)
    {
        _kernels = kernels;
        _codeBytes = codeBytes;
    }

    /// <summary>A table without entries: nothing was measured.</summary>
    public static KernelCostTable Empty { get; } = new(FrozenDictionary<string, KernelCost>.Empty, FrozenDictionary<string, long>.Empty);

    /// <summary>Cores with a table, in ordinal order.</summary>
    public static IReadOnlyList<string> Cores { get; } = [.. ByCore.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Functions with costs, in ordinal order.</summary>
    public IEnumerable<string> Functions => _kernels.Keys.Order(StringComparer.Ordinal);

    /// <summary>The table of a core; <see cref="Empty"/> for one that was not measured.</summary>
    public static KernelCostTable Of(string core) => ByCore.TryGetValue(core, out Lazy<KernelCostTable>? table) ? table.Value : Empty;

    /// <summary>A table from its text. Throws <see cref="JsonException"/> and <see cref="KeyNotFoundException"/> for a text of another form.</summary>
    public static KernelCostTable Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        var kernels = document.RootElement.GetProperty("kernels").EnumerateObject().ToFrozenDictionary(
            kernel => kernel.Name,
            kernel => new KernelCost(
                [.. kernel.Value.GetProperty("instructions").EnumerateArray().Select(number => number.GetDouble())],
                kernel.Value.GetProperty("layers").GetInt32(), kernel.Value.GetProperty("largestError").GetDouble()),
            StringComparer.Ordinal);
        if (kernels.Values.Any(cost => cost.Coefficients.Length != LayerWork.FactorCount))
        {
            throw new JsonException($"each kernel has {LayerWork.FactorCount} coefficients");
        }

        return new(kernels, document.RootElement.GetProperty("codeBytes").EnumerateObject()
            .ToFrozenDictionary(file => file.Name, file => file.Value.GetInt64(), StringComparer.Ordinal));
    }

    /// <summary>The cost of a C function, or null where it was not measured.</summary>
    public KernelCost? Find(string function) => _kernels.GetValueOrDefault(function);

    /// <summary>Bytes of code and constants of a kernel source, or null where it was not measured.</summary>
    public long? CodeBytes(string file) => _codeBytes.TryGetValue(file, out long bytes) ? bytes : null;

    private static KernelCostTable Read(string resource)
    {
        using Stream stream = typeof(KernelCostTable).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }
}
