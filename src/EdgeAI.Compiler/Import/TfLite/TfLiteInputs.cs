using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// The extents of the graph's inputs: what the user fixes, else what the file has, with a batch of 1 where the batch is open.
/// </summary>
internal static class TfLiteInputs
{
    /// <summary>Extents by tensor index; errors go to <paramref name="errors"/>.</summary>
    public static Dictionary<int, int[]> Resolve(TfLiteModel model, ImportRequest request, List<Diagnostic> errors)
    {
        var extents = new Dictionary<int, int[]>();
        foreach (int index in model.Inputs.Distinct().Where(index => model.Tensors[index].Contents.IsEmpty))
        {
            TfLiteTensor tensor = model.Tensors[index];
            int[] open = tensor.Signature.Length == tensor.Shape.Length && tensor.Signature.Length > 0 ? tensor.Signature : tensor.Shape;
            if (request.InputShapes.TryGetValue(tensor.Name, out Shape wanted))
            {
                extents[index] = [.. wanted.Extents];
                if (!Fits(wanted.Extents, open))
                {
                    errors.Add(DiagnosticCatalog.TfLiteInputShape.With(request.DisplayPath, wanted, tensor.Name, Show(open)));
                }
            }
            else if (open.Skip(1).Contains(-1))
            {
                errors.Add(DiagnosticCatalog.TfLiteDynamicInput.With(request.DisplayPath, tensor.Name, Show(open),
                    string.Join(',', open.Select((extent, axis) => extent >= 0 ? $"{extent}" : axis == 0 ? "1" : "N"))));
            }
            else if (open.Length > 0)
            {
                extents[index] = [.. open.Select((extent, axis) => extent == -1 ? Math.Max(1, tensor.Shape[axis]) : extent)];
            }
        }

        return extents;
    }

    // The batch may always be chosen; another extent only where the file leaves it open.
    private static bool Fits(ImmutableArray<int> wanted, int[] open) =>
        wanted.Length == open.Length && !wanted.Contains(0)
        && Enumerable.Range(0, open.Length).All(axis => axis == 0 || open[axis] == -1 || open[axis] == wanted[axis]);

    private static string Show(int[] extents) => $"[{string.Join(',', extents.Select(extent => extent < 0 ? "?" : $"{extent}"))}]";
}
