using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Custom;

/// <summary>
/// An operator that a user describes: shapes, types and numbers come from its reference, an ONNX subgraph; the C is the user's own. Nodes carry it in their
/// attributes, so that it travels with the graph.
/// <list type="bullet">
/// <item>Operands that stand for reals, as quantized integers do, go through the reference as reals where that takes reals: dequantized in front and quantized
/// behind, as Dequantize and Quantize do.</item>
/// <item>A node needs one of the C functions for its types; unquantized floats are taken all the same where a function takes them once they are quantized.</item>
/// </list>
/// </summary>
public sealed class CustomOperator : Operator, ILayoutAgnostic
{
    private readonly CustomReference? _reference;
    private readonly ReadOnlyMemory<byte> _referenceFile;

    private CustomOperator(CustomDefinition definition, ReadOnlyMemory<byte> reference)
    {
        Definition = definition;
        _referenceFile = reference;
        _reference = reference.IsEmpty ? null : CustomReference.Read(definition, reference);
    }

    /// <summary>What the description says.</summary>
    public CustomDefinition Definition { get; }

    /// <summary>The bytes of the reference, an ONNX file; empty where it is the model file's own function and not known yet.</summary>
    public ReadOnlySpan<byte> ReferenceFile => _referenceFile.Span;

    /// <inheritdoc/>
    public override string Name => Definition.Name;

    /// <inheritdoc/>
    public override Type AttributesType => typeof(CustomAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => IntegerKernels.Any() ? QuantizationRule.Calibrated : QuantizationRule.FloatOnly;

    private CustomReference Reference => _reference ?? throw CustomReference.NotUsable(
        Definition, $"it names no 'reference', and the model file has no function '{Definition.OnnxOperator}'");

    /// <summary>Kernels that a float layer can be quantized for: all values at run time int8, or all int16.</summary>
    private IEnumerable<CustomKernel> IntegerKernels => Definition.Kernels.Where(kernel =>
        new[] { ElementType.Int8, ElementType.Int16 }.Any(type => kernel.Inputs.Contains(type) && kernel.Outputs.All(output => output == type)));

    /// <summary>An operator of its description and reference. Throws <see cref="DiagnosticException"/> when the reference cannot be used.</summary>
    public static CustomOperator Of(CustomDefinition definition, ReadOnlyMemory<byte> reference) => new(definition, reference);

    /// <summary>The operator with the function that a model file has of its name, where it has no other reference.</summary>
    internal CustomOperator WithFunctionOf(ModelProto model) =>
        _reference is null && CustomReference.FunctionFile(Definition, model) is { } file ? new(Definition, file) : this;

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) =>
        Definition.Inputs[inputIndex].IsConstant && IntegerKernels.Any() && IntegerKernels.All(kernel => kernel.Inputs[inputIndex] == ElementType.Float32)
            ? OperandRole.Untouched
            : OperandRole.Activation;

    /// <inheritdoc/>
    public override long CountMacs(Node node) => Definition.Macs is { } macs ? Size(node, macs, "macs") : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        if (Obstacle(node) is { } obstacle)
        {
            throw new OperatorException(obstacle);
        }

        try
        {
            return InferFitting(node, Reference.Of(node));
        }
        catch (DiagnosticException error)
        {
            throw new OperatorException(error.Diagnostics[0].Message);
        }
    }

    /// <summary>The types of a node that fits the description. Throws <see cref="DiagnosticException"/> where description and reference disagree about it.</summary>
    private TensorType[] InferFitting(Node node, CustomInstance instance)
    {
        CustomKernel? kernel = FindKernel(node);
        CustomValues? values = Definition.Outputs.Any(output => output.Shape is not null)
            ? CustomValues.Of(node, node.AttributesAs<CustomAttributes>(), withResults: false)
            : null;
        bool isReal = node.Inputs.All(operand => operand?.Quantization is null) && node.Outputs.All(output => output.Quantization is null);
        for (int i = 0; i < Definition.Outputs.Length && kernel is not null && isReal; i++)
        {
            if (kernel.Outputs[i] != instance.Graph.Outputs[i].Type)
            {
                throw NotValid(
                    $"kernel '{kernel.Function}' makes '{Definition.Outputs[i].Name}' as {kernel.Outputs[i].DisplayName()} and the reference as {instance.Graph.Outputs[i].Type.DisplayName()}");
            }
        }

        return
        [
            .. Definition.Outputs.Select((output, i) => new TensorType(
                node.Outputs.Count > i && node.Outputs[i].Quantization is not null ? node.Outputs[i].Type : kernel?.Outputs[i] ?? instance.Graph.Outputs[i].Type,
                ShapeOf(output, instance.Graph.Outputs[i].Shape, values))),
        ];
    }

    private DiagnosticException NotValid(string what) => DiagnosticCatalog.OperatorNotValid.Throw(null, Definition.DisplayPath, what);

    /// <summary>Throws <see cref="DiagnosticException"/> with the code of what is wrong where <see cref="Infer"/> would throw for a node of a model file.</summary>
    internal void Check(Node node, string file)
    {
        if (Obstacle(node) is { } obstacle)
        {
            throw NotFitting(node, file, obstacle);
        }

        CustomInstance instance = Reference.Of(node);
        InferFitting(node, instance);
        if (Definition.IsElementWise && ElementWiseProbe.Differs(node, instance))
        {
            throw NotValid(
                $"it is elementWise, but in its reference for '{node.Source}' an element of the result follows from operands at other places; leave 'elementWise' out");
        }
    }

    /// <summary>A node of a model file that the description does not allow.</summary>
    internal DiagnosticException NotFitting(Node node, string file, string obstacle) =>
        DiagnosticCatalog.CustomNodeNotFitting.Throw(file, node.Source, Name, obstacle, Definition.DisplayPath);

    /// <summary>What stands against a value of an attribute; null where nothing does.</summary>
    internal string? Fault(CustomAttribute attribute, object value) => value switch
    {
        long and (< int.MinValue or > int.MaxValue) => FormattableString.Invariant($"its attribute '{attribute.Name}' is {value}, and 32 bits are allowed"),
        ImmutableArray<long> list when list.Any(whole => whole is < int.MinValue or > int.MaxValue) => $"its attribute '{attribute.Name}' holds numbers beyond 32 bits",
        string text when !attribute.Choices.Contains(text) => $"its attribute '{attribute.Name}' is '{text}', and described are {string.Join(", ", attribute.Choices)}",
        _ => null,
    };

    /// <summary>Whether a C function takes operands and results of these types.</summary>
    internal bool HasKernel(IReadOnlyList<Tensor?> operands, IReadOnlyList<Tensor> results) =>
        FindKernel(new(Name, Name, NoAttributes.Instance) { Inputs = [.. operands], Outputs = [.. results] }) is not null;

    /// <inheritdoc/>
    public override void Execute(OperatorCall call) => call.Prepare(node => new CustomRun(Reference.Of(node))).Execute(call);

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => Definition.IsElementWise
        ? Enumerable.Range(0, node.Inputs.Count).Where(i => node.Inputs[i] is { IsConstant: false } operand && operand.Shape == node.Output.Shape && operand.Type.ByteSize() == node.Output.Type.ByteSize())
        : [];

    /// <inheritdoc/>
    public override RowWindow? RowsRead(Node node, int inputIndex) => Definition.IsElementWise ? RowWindow.ElementWise(node, inputIndex) : null;

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) =>
        Definition.IsElementWise && node.Inputs.All(operand => operand is null || operand.Shape.ElementCount == 1 || (operand.Shape == node.Output.Shape && !operand.IsConstant))
            ? node.Attributes
            : null;

    /// <inheritdoc/>
    public override long ScratchBytes(Node node) =>
        FindKernel(node)?.Scratch is { } scratch ? Math.Max(1, Size(node, scratch, "scratchBytes")) : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelVariant> Kernels(Node node, InstructionSet instructionSet) =>
        [new(FindKernel(node)?.Function ?? KernelVariant.Portable, context => Emit(node, context)) { ScratchBytes = ScratchBytes(node) }];

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        CustomKernel kernel = FindKernel(node) ?? throw new OperatorException($"{Definition.DisplayPath} has no kernel for {Types(node)}; add one to 'kernels'");
        var values = CustomValues.Of(node, node.AttributesAs<CustomAttributes>());
        IEnumerable<string> arguments =
        [
            .. Enumerable.Range(0, Definition.Inputs.Length).Select(i => context.Read(node.OptionalInput(i))),
            .. node.Outputs.Select(context.Write),
            .. kernel.Scratch is null ? Array.Empty<string>() : [context.Scratch],
        ];
        return new(kernel.Function, "", [.. kernel.Parameters.Select(parameter => Field(parameter, values, node, context))], [.. arguments])
        {
            LinkedHeader = Definition.Header,
        };
    }

    /// <summary>The C function for a node's types; null where there is none.</summary>
    private CustomKernel? FindKernel(Node node) => Definition.Kernels.FirstOrDefault(kernel => Takes(kernel, node, (wanted, tensor) => tensor.Type == wanted));

    private bool Takes(CustomKernel kernel, Node node, Func<ElementType, Tensor, bool> fits)
    {
        for (int i = 0; i < kernel.Inputs.Length; i++)
        {
            if (node.OptionalInput(i) is { } operand && !fits(kernel.Inputs[i], operand))
            {
                return false;
            }
        }

        return node.Outputs.Count == 0 || node.Outputs.Zip(kernel.Outputs).All(pair => fits(pair.Second, pair.First));
    }

    /// <summary>What stands against a node, half a sentence that names observed and allowed; null where nothing does.</summary>
    private string? Obstacle(Node node)
    {
        int required = Definition.Inputs.Count(input => !input.IsOptional);
        if (node.Inputs.Count > Definition.Inputs.Length)
        {
            return FormattableString.Invariant($"it has {node.Inputs.Count} operands, and {required} to {Definition.Inputs.Length} are described");
        }

        for (int i = 0; i < Definition.Inputs.Length; i++)
        {
            CustomOperand described = Definition.Inputs[i];
            if (node.OptionalInput(i) is not { } operand)
            {
                if (!described.IsOptional)
                {
                    return $"operand '{described.Name}' is left out, and it is not described as optional";
                }
            }
            else if (described.Rank is { } rank && operand.Shape.Rank != rank)
            {
                return FormattableString.Invariant($"operand '{described.Name}' has {operand.Shape.Rank} axes ({operand.Shape}), and {rank} are described");
            }
            else if (described.IsConstant && !operand.IsConstant)
            {
                return $"operand '{described.Name}' is computed at run time ('{operand.Name}'), and it is described as constant";
            }
        }

        static bool WillFit(ElementType wanted, Tensor tensor) =>
            tensor.Type == wanted || (tensor is { Type: ElementType.Float32, Quantization: null } && wanted is ElementType.Int8 or ElementType.UInt8 or ElementType.Int16);
        return Definition.Kernels.Any(kernel => Takes(kernel, node, WillFit)) ? null
            : $"its types are {Types(node)}, and the kernels take {string.Join("; ", Definition.Kernels.Select(kernel => Types(kernel.Inputs, kernel.Outputs)))}";
    }

    private static string Types(Node node) =>
        Types(node.Inputs.Select(operand => operand?.Type ?? ElementType.Unknown), node.Outputs.Select(output => output.Type));

    private static string Types(IEnumerable<ElementType> inputs, IEnumerable<ElementType> outputs)
    {
        string results = string.Join(", ", outputs.Select(ElementTypes.DisplayName));
        return $"({string.Join(", ", inputs.Select(type => type == ElementType.Unknown ? "none" : type.DisplayName()))})" + (results.Length > 0 ? $" to ({results})" : "");
    }

    private Shape ShapeOf(CustomResult output, Shape reference, CustomValues? values)
    {
        if (output.Shape is not { } formulas)
        {
            return reference;
        }

        try
        {
            var shape = new Shape([.. formulas.Select(formula => (int)values!.Size(formula))]);
            return shape.ElementCount == reference.ElementCount
                ? shape
                : throw NotValid($"result '{output.Name}' is {shape} by its 'shape' and {reference} by the reference");
        }
        catch (FormatException error)
        {
            throw NotValid($"shape of '{output.Name}': {error.Message}");
        }
    }

    private long Size(Node node, WholeFormula formula, string what)
    {
        try
        {
            return CustomValues.Of(node, node.AttributesAs<CustomAttributes>()).Size(formula);
        }
        catch (FormatException error)
        {
            throw NotValid($"{what} is '{formula}': {error.Message}");
        }
    }

    private KernelField Field(CustomParameter parameter, CustomValues values, Node node, EmissionContext context)
    {
        try
        {
            return values.Field(parameter, node, context);
        }
        catch (FormatException error)
        {
            throw NotValid($"parameter '{parameter.Member}' is '{parameter.Value}': {error.Message}");
        }
    }
}
