using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// A TFLite file as a graph.
/// <list type="bullet">
/// <item>Reads the main graph (the first) with every position and index checked.</item>
/// <item>Refuses at once every operator that has no form, that keeps state, or whose tensors have types this product lacks, all of them together.</item>
/// <item>Sorts the operators, then lets the form of each write its nodes; the operators' own rules infer and check types and extents.</item>
/// </list>
/// </summary>
public static class TfLiteImporter
{
    /// <summary>The schema's names of the operators that can be imported, <c>CONV_2D</c>; in ordinal order.</summary>
    public static IReadOnlyCollection<string> SupportedOperators { get; } = [.. TfLiteForms.Names];

    /// <summary>Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.</summary>
    public static Graph Import(ImportRequest request, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        try
        {
            TfLiteModel model = TfLiteReader.Read(request.Bytes);
            ThrowIfAny(FindUnsupported(model, request));
            var errors = new List<Diagnostic>();
            Dictionary<int, int[]> extents = TfLiteInputs.Resolve(model, request, errors);
            ThrowIfAny(errors);
            if (model.SubgraphCount > 1)
            {
                diagnostics.Add(DiagnosticCatalog.TfLiteOtherGraphs.With(request.DisplayPath, model.SubgraphCount - 1));
            }

            return Build(model, extents, request, cancellation);
        }
        catch (TfLiteFormatException error)
        {
            throw DiagnosticCatalog.TfLiteDamaged.Throw(request.DisplayPath, error.Message);
        }
    }

    private static Graph Build(
        TfLiteModel model, Dictionary<int, int[]> extents, ImportRequest request, CancellationToken cancellation)
    {
        IReadOnlyList<TfLiteOperator> order = TfLiteOrder.Sort(model);
        var builder = new TfLiteGraphBuilder(request.Name, model, extents);
        var errors = new List<Diagnostic>();
        var unknown = new HashSet<int>();
        foreach (TfLiteOperator source in order)
        {
            cancellation.ThrowIfCancellationRequested();
            if (source.Inputs.Any(unknown.Contains))
            {
                // What a refused node would have given is not known; its readers are not judged.
                unknown.UnionWith(source.Outputs);
                continue;
            }

            try
            {
                TfLiteForms.Find(source.Name)!.Import(new TfLiteNode(source, builder));
            }
            catch (TfLiteNodeException error)
            {
                DiagnosticDescriptor code = error.IsHybrid ? DiagnosticCatalog.TfLiteHybrid : DiagnosticCatalog.TfLiteNodeRefused;
                errors.Add(code.With(request.DisplayPath, builder.SourceOf(source), error.Message));
                unknown.UnionWith(source.Outputs);
            }
        }

        ThrowIfAny(errors);
        foreach (int output in model.Outputs)
        {
            builder.Graph.Outputs.Add(builder.Value(output));
        }

        return builder.Graph;
    }

    private static List<Diagnostic> FindUnsupported(TfLiteModel model, ImportRequest request)
    {
        var errors = new List<Diagnostic>();
        foreach (TfLiteOperator node in model.Operators)
        {
            if (TfLiteForms.Find(node.Name) is not { } form
                || (!form.StartsVariablesAnew && node.Inputs.Any(index => index >= 0 && model.Tensors[index].IsVariable)))
            {
                errors.Add(DiagnosticCatalog.TfLiteUnsupportedOperator.With(request.DisplayPath, node.Name, node.Index, node.Version,
                    Describe(model, node.Inputs), Describe(model, node.Outputs), ReasonFor(node)));
            }
        }

        if (errors.Count > 0)
        {
            return errors;
        }

        var used = model.Inputs.Concat(model.Operators.SelectMany(node => node.Inputs.Concat(node.Outputs))).Concat(model.Outputs).Where(index => index >= 0);
        foreach (TfLiteTensor tensor in used.Distinct().Order().Select(index => model.Tensors[index]))
        {
            if (tensor.IsSparse || TfLiteElementTypes.Of(tensor.TypeCode) == ElementType.Unknown)
            {
                errors.Add(DiagnosticCatalog.TfLiteUnsupportedTensor.With(request.DisplayPath, tensor.Name, tensor.Index,
                    tensor.IsSparse ? "is stored sparse" : $"holds {TfLiteElementTypes.NameOf(tensor.TypeCode)}"));
            }
        }

        return errors;
    }

    private static string ReasonFor(TfLiteOperator node) => node.Name switch
    {
        "VAR_HANDLE" or "READ_VARIABLE" or "ASSIGN_VARIABLE" or "CALL_ONCE" => "keeps state between runs, which is not supported",
        "IF" or "WHILE" or "CALL" or "STABLEHLO_COMPOSITE" or "STABLEHLO_WHILE" or "STABLEHLO_CASE" => "runs another graph of the file, which is not supported",
        _ when node.Name.StartsWith("CUSTOM ", StringComparison.Ordinal) => "is a custom operator, whose meaning the file does not tell",
        _ when TfLiteForms.Find(node.Name) is not null => "reads a variable tensor; state between runs is not supported",
        _ => "is not supported",
    };

    private static string Describe(TfLiteModel model, int[] tensors) =>
        tensors.Length == 0 ? "nothing" : string.Join(", ", tensors.Take(8).Select(index => index < 0 ? "none" : Describe(model.Tensors[index])))
            + (tensors.Length > 8 ? ", …" : "");

    private static string Describe(TfLiteTensor tensor) =>
        $"{TfLiteElementTypes.NameOf(tensor.TypeCode).ToLowerInvariant()}[{string.Join(',', tensor.Shape)}]";

    private static void ThrowIfAny(List<Diagnostic> errors)
    {
        if (errors.Count > 0)
        {
            throw new DiagnosticException(errors);
        }
    }
}
