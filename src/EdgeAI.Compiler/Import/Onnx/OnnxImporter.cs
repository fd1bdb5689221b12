using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using Google.Protobuf;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// Reads an ONNX file (operator sets 6 and up, older ones where no operator has changed since) into the internal graph:
/// - the container is checked before anything is made of it;
/// - nodes are taken in execution order; what depends on shapes and constants alone is computed here and leaves no node;
/// - every other node goes to the form of its operator;
/// - obstacles are collected, one diagnostic a node, and thrown together.
/// </summary>
public static class OnnxImporter
{
    /// <summary>The oldest operator set that is read.</summary>
    public const int OldestOperatorSet = 6;

    /// <summary>Operators of the first set that mean in it what they mean in <see cref="OldestOperatorSet"/>, from ONNX's changelog of operators.</summary>
    private static readonly HashSet<string> _sameInOldSets = new(StringComparer.Ordinal)
    {
        "ArgMax", "ArgMin", "AveragePool", "Constant", "Conv", "ConvTranspose", "DepthToSpace", "Flatten", "GlobalAveragePool", "GlobalMaxPool",
        "Identity", "LRN", "LogSoftmax", "MaxPool", "Not", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "Shape", "Slice", "Softmax",
        "Softplus", "Softsign", "SpaceToDepth", "Squeeze", "Transpose", "Unsqueeze",
    };

    /// <summary>The newest operator set whose operators are known.</summary>
    public const int NewestOperatorSet = 27;

    /// <summary>Operators that can be imported, <c>Conv</c>, or <c>domain:Name</c> outside the default domain; in ordinal order.</summary>
    public static IReadOnlyCollection<string> SupportedOperators { get; } =
        [.. OnnxFormCatalog.OperatorTypes.Concat(QuantizedOperators.OperatorTypes).Concat(FusedOperators.OperatorTypes).Concat(OnnxControlFlow.OperatorTypes).Order(StringComparer.Ordinal)];

    /// <summary>Operators that can be imported where their operands are constants or shapes; in ordinal order.</summary>
    public static IReadOnlyCollection<string> FoldedOperators => OnnxFormCatalog.FoldedOperatorTypes;

    /// <summary>
    /// The graph of the file, channels first as the file has it: layout-bound operators stand between transposes. Throws
    /// <see cref="DiagnosticException"/> with every error found; adds warnings to <paramref name="diagnostics"/>.
    /// </summary>
    public static Graph Import(ImportRequest request, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        ModelProto model = Parse(request);
        request = request with { Operators = request.Operators.For(model) };
        var nodes = new OnnxNodeList(model, request.DisplayPath, request.Operators);
        if (nodes.DefaultVersion is > 0 and < OldestOperatorSet
            && model.Graph.Node.FirstOrDefault(node => node.Domain.Length == 0 && !_sameInOldSets.Contains(node.OpType)) is { } changed)
        {
            throw DiagnosticCatalog.OnnxOperatorSetTooOld.Throw(request.DisplayPath, nodes.DefaultVersion, changed.OpType);
        }

        if (nodes.DefaultVersion > NewestOperatorSet)
        {
            diagnostics.Add(DiagnosticCatalog.OnnxOperatorSetNewer.With(request.DisplayPath, nodes.DefaultVersion, NewestOperatorSet));
        }

        return new OnnxGraphImport(request, diagnostics, nodes, cancellation).Run(model.Graph);
    }

    private static ModelProto Parse(ImportRequest request)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(request.Bytes.Span);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw NotAModel(request, error.Message.TrimEnd('.'));
        }

        return model.Graph is null ? throw NotAModel(request, "it holds no graph")
            : model.OpsetImport.Count == 0 ? throw NotAModel(request, "it names no operator set")
            : model;
    }

    private static DiagnosticException NotAModel(ImportRequest request, string why) =>
        DiagnosticCatalog.NotAModel.Throw(request.DisplayPath, "a whole ONNX model", why);
}
