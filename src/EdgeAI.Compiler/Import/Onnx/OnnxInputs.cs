using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// The model's inputs with every extent fixed: by the file, by the user's InputShape, by another input that has the same symbol,
/// or 1 for a batch (the first axis). A sequence is an input for each of its tensors, whose extents InputShape gives; an optional is one that is there.
/// </summary>
internal sealed class OnnxInputs(ImportRequest request, ICollection<Diagnostic> warnings)
{
    private readonly List<Diagnostic> _errors = [];
    private readonly Dictionary<string, int> _symbols = new(StringComparer.Ordinal);

    /// <summary>The inputs in the file's order, constants left out. Throws <see cref="DiagnosticException"/> with everything that is not fixed.</summary>
    public IReadOnlyList<(string Name, OnnxValue Value)> Read(GraphProto graph)
    {
        var constants = graph.Initializer.Select(initializer => initializer.Name).ToHashSet(StringComparer.Ordinal);
        List<ValueInfoProto> inputs = [.. graph.Input.Where(input => !constants.Contains(input.Name))];
        var known = inputs.SelectMany(input => TypeOf(input)?.SequenceType is null ? [input.Name] : ElementNames(input.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (string name in request.InputShapes.Keys.Where(name => !known.Contains(name)))
        {
            _errors.Add(DiagnosticCatalog.OnnxInputShapeUnknown.With(
                request.DisplayPath, name, string.Join(", ", inputs.Select(input => $"'{input.Name}'"))));
        }

        foreach (ValueInfoProto input in inputs)
        {
            ReadSymbols(input);
        }

        List<OnnxValue?> values = [.. inputs.Select(input => TypeOf(input)?.SequenceType is { } sequence ? Sequence(input.Name, sequence.ElemType) : Read(input.Name, TypeOf(input)))];
        return _errors.Count == 0 ? [.. inputs.Zip(values, (input, value) => (input.Name, value!))] : throw new DiagnosticException([.. _errors]);
    }

    /// <summary>Warns about a border of a float type that the firmware does not have.</summary>
    public void WarnOfFloatType(string kind, ValueInfoProto value)
    {
        WarnOfFloatType(kind, value.Name, TypeOf(value)?.TensorType?.ElemType ?? 0);
    }

    private void WarnOfFloatType(string kind, string name, int type)
    {
        ElementType? inFirmware = OnnxElementTypes.Internal(type);
        if ((inFirmware == ElementType.Float32 && type != (int)TensorProto.Types.DataType.Float) || OnnxSmallTypes.Bits(type) > 0)
        {
            warnings.Add(DiagnosticCatalog.OnnxBorderFloat.With(request.DisplayPath, kind, name, OnnxElementTypes.Name(type), inFirmware!.Value.DisplayName()));
        }
    }

    /// <summary>The type of a value; of an optional that of what it holds.</summary>
    private static TypeProto? TypeOf(ValueInfoProto value) => value.Type?.OptionalType is { } optional ? optional.ElemType : value.Type;

    /// <summary>The names x_0, x_1 and so on that InputShape holds for a sequence x, without a gap.</summary>
    private IEnumerable<string> ElementNames(string sequence) =>
        Enumerable.Range(0, request.InputShapes.Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{sequence}_{i}")).TakeWhile(request.InputShapes.ContainsKey);

    private OnnxValue? Sequence(string name, TypeProto? element)
    {
        List<string> names = [.. ElementNames(name)];
        if (names.Count == 0)
        {
            string extents = element?.TensorType?.Shape is { Dim.Count: > 0 } shape
                ? string.Join(',', shape.Dim.Select(axis => axis.DimValue > 0 ? axis.DimValue.ToString(CultureInfo.InvariantCulture) : "…")) : "…";
            _errors.Add(DiagnosticCatalog.OnnxSequenceInput.With(request.DisplayPath, name, $"{name}_0:{extents};{name}_1:{extents}"));
            return null;
        }

        return OnnxValue.Sequence(names.Select(elementName => Read(elementName, element)).OfType<Tensor>());
    }

    private void ReadSymbols(ValueInfoProto input)
    {
        if (!request.InputShapes.TryGetValue(input.Name, out Shape given)
            || TypeOf(input)?.TensorType?.Shape is not { } declared || declared.Dim.Count != given.Rank)
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

    private Tensor? Read(string name, TypeProto? given)
    {
        if (name.Length == 0 || given?.TensorType is not { } declared)
        {
            _errors.Add(DiagnosticCatalog.OnnxGraphMalformed.With(
                request.DisplayPath, $"input '{name}' is not a tensor of a known type"));
            return null;
        }

        if (declared.ElemType == (int)TensorProto.Types.DataType.String)
        {
            _errors.Add(DiagnosticCatalog.OnnxTextInput.With(request.DisplayPath, name));
            return null;
        }

        if (OnnxElementTypes.Internal(declared.ElemType) is not { } type)
        {
            _errors.Add(DiagnosticCatalog.OnnxGraphMalformed.With(
                request.DisplayPath, $"input '{name}' has the element type {OnnxElementTypes.Name(declared.ElemType)}, which is not supported"));
            return null;
        }

        WarnOfFloatType("input", name, declared.ElemType);
        if (Extents(name, declared.Shape) is not { } extents)
        {
            return null;
        }

        if (!OnnxLimits.Fit(type, extents))
        {
            _errors.Add(DiagnosticCatalog.OnnxTensorTooLarge.With(request.DisplayPath, name, string.Join('x', extents)));
            return null;
        }

        return new Tensor(name, type, new Shape(extents));
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
