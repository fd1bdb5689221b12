using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// The model's inputs with every extent fixed: by the file, by the user's InputShape, by another input that has the same symbol,
/// or 1 for a batch (the first axis).
/// </summary>
internal sealed class OnnxInputs(ImportRequest request, ICollection<Diagnostic> warnings)
{
    private readonly List<Diagnostic> _errors = [];
    private readonly Dictionary<string, int> _symbols = new(StringComparer.Ordinal);

    /// <summary>The inputs in the file's order, constants left out. Throws <see cref="DiagnosticException"/> with everything that is not fixed.</summary>
    public IReadOnlyList<Tensor> Read(GraphProto graph)
    {
        var constants = graph.Initializer.Select(initializer => initializer.Name).ToHashSet(StringComparer.Ordinal);
        List<ValueInfoProto> inputs = [.. graph.Input.Where(input => !constants.Contains(input.Name))];
        foreach (string name in request.InputShapes.Keys.Where(name => inputs.All(input => input.Name != name)))
        {
            _errors.Add(DiagnosticCatalog.OnnxInputShapeUnknown.With(
                request.DisplayPath, name, string.Join(", ", inputs.Select(input => $"'{input.Name}'"))));
        }

        foreach (ValueInfoProto input in inputs)
        {
            ReadSymbols(input);
        }

        List<Tensor> tensors = [.. inputs.Select(Read).OfType<Tensor>()];
        return _errors.Count == 0 ? tensors : throw new DiagnosticException([.. _errors]);
    }

    /// <summary>Warns about a border of a float type that the firmware does not have.</summary>
    public void WarnOfFloatType(string kind, ValueInfoProto value)
    {
        int type = value.Type?.TensorType?.ElemType ?? 0;
        ElementType? inFirmware = OnnxElementTypes.Internal(type);
        if ((inFirmware == ElementType.Float32 && type != (int)TensorProto.Types.DataType.Float) || OnnxSmallTypes.Bits(type) > 0)
        {
            warnings.Add(DiagnosticCatalog.OnnxBorderFloat.With(request.DisplayPath, kind, value.Name, OnnxElementTypes.Name(type), inFirmware!.Value.DisplayName()));
        }
    }

    private void ReadSymbols(ValueInfoProto input)
    {
        if (!request.InputShapes.TryGetValue(input.Name, out Shape given)
            || input.Type?.TensorType?.Shape is not { } declared || declared.Dim.Count != given.Rank)
        {
            return;
        }

        for (int axis = 0; axis < given.Rank; axis++)
        {
            if (declared.Dim[axis].DimParam is { Length: > 0 } symbol)
            {
                _symbols[symbol] = given[axis];
            }
        }
    }

    private Tensor? Read(ValueInfoProto input)
    {
        if (input.Name.Length == 0 || input.Type?.ValueCase != TypeProto.ValueOneofCase.TensorType)
        {
            _errors.Add(DiagnosticCatalog.OnnxGraphMalformed.With(
                request.DisplayPath, $"input '{input.Name}' is not a tensor of a known type"));
            return null;
        }

        TypeProto.Types.TensorType declared = input.Type.TensorType;
        if (OnnxElementTypes.Internal(declared.ElemType) is not { } type)
        {
            _errors.Add(DiagnosticCatalog.OnnxGraphMalformed.With(
                request.DisplayPath, $"input '{input.Name}' has the element type {OnnxElementTypes.Name(declared.ElemType)}, which is not supported"));
            return null;
        }

        WarnOfFloatType("input", input);
        if (Extents(input.Name, declared.Shape) is not { } extents)
        {
            return null;
        }

        if (!OnnxLimits.Fit(type, extents))
        {
            _errors.Add(DiagnosticCatalog.OnnxTensorTooLarge.With(request.DisplayPath, input.Name, string.Join('x', extents)));
            return null;
        }

        return new Tensor(input.Name, type, new Shape(extents));
    }

    private int[]? Extents(string name, TensorShapeProto? declared)
    {
        bool isGiven = request.InputShapes.TryGetValue(name, out Shape given);
        if (declared is null)
        {
            if (!isGiven)
            {
                _errors.Add(DiagnosticCatalog.OnnxDynamicDimension.With(
                    request.DisplayPath, name, "[…]", "the number of axes", $"{name}:1,3,32,32"));
                return null;
            }

            return [.. given.Extents];
        }

        int[] extents = new int[declared.Dim.Count];
        var open = new List<int>();
        bool fits = !isGiven || given.Rank == extents.Length;
        for (int axis = 0; axis < extents.Length; axis++)
        {
            TensorShapeProto.Types.Dimension dimension = declared.Dim[axis];
            bool isFixed = dimension.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue && dimension.DimValue >= 0;
            if (isFixed)
            {
                fits &= !isGiven || (axis < given.Rank && given[axis] == dimension.DimValue);
                extents[axis] = (int)Math.Min(dimension.DimValue, int.MaxValue);
            }
            else if (isGiven && axis < given.Rank)
            {
                extents[axis] = given[axis];
            }
            else if (_symbols.TryGetValue(dimension.DimParam, out int known))
            {
                extents[axis] = known;
            }
            else
            {
                extents[axis] = 1;
                if (axis > 0)
                {
                    open.Add(axis);
                }
            }
        }

        if (!fits)
        {
            _errors.Add(DiagnosticCatalog.OnnxInputShapeMismatch.With(request.DisplayPath, name, given, Declared(declared)));
            return null;
        }

        if (open.Count > 0)
        {
            string example = string.Join(',', extents.Select((extent, axis) =>
                open.Contains(axis) ? "…" : extent.ToString(CultureInfo.InvariantCulture)));
            _errors.Add(DiagnosticCatalog.OnnxDynamicDimension.With(request.DisplayPath, name, Declared(declared),
                string.Join(" and ", open.Select(axis => string.Create(CultureInfo.InvariantCulture, $"axis {axis}"))), $"{name}:{example}"));
            return null;
        }

        return extents;
    }

    private static string Declared(TensorShapeProto shape) =>
        "[" + string.Join(',', shape.Dim.Select(dimension =>
            dimension.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue && dimension.DimValue >= 0
                ? dimension.DimValue.ToString(CultureInfo.InvariantCulture)
                : dimension.DimParam is { Length: > 0 } symbol ? symbol : "?")) + "]";
}
