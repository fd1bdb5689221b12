using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Custom;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>What import reads.</summary>
/// <param name="Name">The C identifier the model is built under.</param>
/// <param name="DisplayPath">The file as the user named it (relative to the project, forward slashes): goes into <see cref="ModelSource"/> and diagnostics.</param>
/// <param name="Bytes">The file's contents.</param>
/// <param name="InputShapes">Extents fixed by the user, by input name.</param>
/// <param name="ReadExternal">Contents of a file beside the model by its relative path, or null when it is not there; never called with a path that leaves the folder.</param>
/// <param name="AsWritten">Whether float operators between Dequantize and Quantize stay as the file writes them, in place of becoming integer operators.</param>
public sealed record ImportRequest(
    string Name, string DisplayPath, ReadOnlyMemory<byte> Bytes, ImmutableSortedDictionary<string, Shape> InputShapes,
    Func<string, byte[]?> ReadExternal, bool AsWritten = false)
{
    /// <summary>Users' operators.</summary>
    public CustomOperatorSet Operators { get; init; } = CustomOperatorSet.Empty;
}

/// <summary>Model file → <see cref="ImportedModel"/>: read, translate, verify, run the passes and check each of them.</summary>
public static class ImportStage
{
    /// <summary>Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.</summary>
    public static ImportedModel Run(ImportRequest request, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        ModelFormat format = DetectFormat(request);
        Graph graph = format == ModelFormat.Onnx
            ? OnnxImporter.Import(request, diagnostics, cancellation)
            : TfLiteImporter.Import(request, diagnostics, cancellation);
        CheckBorder(graph, request);
        CheckNumbers(graph, request);
        Verify(graph, request);
        PassRunner.Run(graph, diagnostics, cancellation, request.DisplayPath, request.AsWritten);
        var source = new ModelSource(request.DisplayPath, Convert.ToHexStringLower(SHA256.HashData(request.Bytes.Span)), NameOf(format));
        return new ImportedModel(graph, source);
    }

    /// <summary>The graph as the file has it, before any pass. Throws <see cref="DiagnosticException"/>.</summary>
    public static Graph ReadAsWritten(ImportRequest request, CancellationToken cancellation) => DetectFormat(request) == ModelFormat.Onnx
        ? OnnxImporter.Import(request, [], cancellation)
        : TfLiteImporter.Import(request, [], cancellation);

    private static string NameOf(ModelFormat format) => format == ModelFormat.Onnx ? "onnx" : "tflite";

    private static ModelFormat DetectFormat(ImportRequest request)
    {
        ModelFormat format = ModelFormats.Detect(request.Bytes.Span);
        ModelFormat named = request.DisplayPath.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? ModelFormat.Onnx
            : request.DisplayPath.EndsWith(".tflite", StringComparison.OrdinalIgnoreCase) ? ModelFormat.TfLite
            : ModelFormat.Unknown;
        if (format == ModelFormat.Unknown)
        {
            string expected = named switch
            {
                ModelFormat.Onnx => "an ONNX model",
                ModelFormat.TfLite => "a TFLite model",
                _ => "an ONNX or TFLite model",
            };
            throw DiagnosticCatalog.NotAModel.Throw(request.DisplayPath, expected, ModelFormats.Describe(request.Bytes.Span));
        }

        return named == ModelFormat.Unknown || named == format
            ? format
            : throw DiagnosticCatalog.WrongExtension.Throw(request.DisplayPath, $".{NameOf(named)}",
                format == ModelFormat.Onnx ? "an ONNX model" : "a TFLite model", $".{NameOf(format)}");
    }

    private static void CheckBorder(Graph graph, ImportRequest request)
    {
        var errors = new List<Diagnostic>();
        foreach (string name in request.InputShapes.Keys.Where(name => graph.Inputs.All(input => input.Name != name)))
        {
            errors.Add(DiagnosticCatalog.UnknownInput.With(request.DisplayPath, name,
                graph.Inputs.Count == 0 ? "none" : string.Join(", ", graph.Inputs.Select(input => $"'{input.Name}'"))));
        }

        if (graph.Outputs.Count == 0)
        {
            errors.Add(DiagnosticCatalog.NoOutputs.With(request.DisplayPath));
        }

        ThrowIfAny(errors);
    }

    private static void CheckNumbers(Graph graph, ImportRequest request)
    {
        var errors = new List<Diagnostic>();
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Node node in graph.Nodes)
        {
            foreach (Tensor constant in node.Inputs.OfType<Tensor>().Where(tensor => tensor.IsConstant && seen.Add(tensor)))
            {
                if (FirstNaN(constant) is >= 0 and var element)
                {
                    errors.Add(DiagnosticCatalog.NotANumber.With(request.DisplayPath, constant.Name, node.Source, element));
                }
            }
        }

        ThrowIfAny(errors);
    }

    private static int FirstNaN(Tensor constant)
    {
        ReadOnlySpan<byte> bytes = constant.Constant!.Value.Span;
        switch (constant.Type)
        {
            case ElementType.Float32:
                ReadOnlySpan<float> singles = MemoryMarshal.Cast<byte, float>(bytes);
                for (int i = 0; i < singles.Length; i++)
                {
                    if (float.IsNaN(singles[i]))
                    {
                        return i;
                    }
                }

                return -1;
            case ElementType.Float64:
                ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(bytes);
                for (int i = 0; i < doubles.Length; i++)
                {
                    if (double.IsNaN(doubles[i]))
                    {
                        return i;
                    }
                }

                return -1;
            default:
                return -1;
        }
    }

    private static void Verify(Graph graph, ImportRequest request) =>
        ThrowIfAny([.. GraphVerifier.Verify(graph).Select(fault => DiagnosticCatalog.ImportBroken.With(request.DisplayPath, fault))]);

    private static void ThrowIfAny(IReadOnlyList<Diagnostic> errors)
    {
        if (errors.Count > 0)
        {
            throw new DiagnosticException(errors);
        }
    }
}
