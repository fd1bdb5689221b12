using System.Collections.Immutable;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Import.TfLite;

namespace EdgeAI.Compiler.Operators.Custom;

/// <summary>The operators that a project's users describe, by what they stand for in model files. They come before those of this library.</summary>
public sealed class CustomOperatorSet
{
    private readonly Dictionary<string, CustomOnnx> _onnx = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CustomTfLite> _tfLite = new(StringComparer.Ordinal);

    /// <summary>A set in which each operator of a file has at most one description.</summary>
    public CustomOperatorSet(IEnumerable<CustomOperator> operators)
    {
        All = [.. operators];
        foreach (CustomOperator definition in All)
        {
            if (definition.Definition.OnnxOperator is { } onnx)
            {
                _onnx.Add(onnx, new(definition));
            }

            if (definition.Definition.TfLiteCode is { } code)
            {
                _tfLite.Add($"CUSTOM {code}", new(definition));
            }
        }
    }

    /// <summary>No operators.</summary>
    public static CustomOperatorSet Empty { get; } = new([]);

    /// <summary>All of them.</summary>
    public ImmutableArray<CustomOperator> All { get; }

    /// <summary>The set for a model file, whose functions are the references of operators that name none.</summary>
    internal CustomOperatorSet For(ModelProto model) => All.IsEmpty ? this : new(All.Select(known => known.WithFunctionOf(model)));

    /// <summary>The form of an ONNX operator, or null.</summary>
    internal IOnnxForm? OnnxForm(string domain, string operatorType) => _onnx.GetValueOrDefault(domain.Length == 0 ? operatorType : $"{domain}:{operatorType}");

    /// <summary>The form of a TFLite operator by its name, <c>CUSTOM MyOp</c>; or null.</summary>
    internal ITfLiteForm? TfLiteForm(string name) => _tfLite.GetValueOrDefault(name);
}
