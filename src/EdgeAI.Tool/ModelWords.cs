namespace EdgeAI.Tool;

/// <summary>What a command line says of a model, as it is written; null where it says nothing.</summary>
/// <param name="Path">The model file.</param>
/// <param name="Target">A name, or a <c>*.target.json</c>.</param>
internal sealed record ModelWords(string Path, string Target)
{
    /// <summary>--quantization.</summary>
    public string? Scheme { get; init; }

    /// <summary>--calibration.</summary>
    public string? Calibration { get; init; }

    /// <summary>--normalization.</summary>
    public string? Normalization { get; init; }

    /// <summary>--input-shape.</summary>
    public string? Shapes { get; init; }

    /// <summary>--operator, each.</summary>
    public IReadOnlyList<string> Operators { get; init; } = [];

    /// <summary>--sram-budget.</summary>
    public string? SramBudget { get; init; }

    /// <summary>--data.</summary>
    public string? Data { get; init; }

    /// <summary>--labels.</summary>
    public string? Labels { get; init; }
}
