using System.Globalization;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>
/// A function of one operand. float32 by way of double; quantized int8 as a table of 256 results made when building, int16 by
/// straight lines between 513 of them (<see cref="LineTable"/>); a few also of integers that stand for themselves.
/// </summary>
internal abstract class UnaryOperator : Operator, ILayoutAgnostic
{
    /// <inheritdoc/>
    public override string? IntegersAsWritten => (TakesIntegers, HasInt16Form) switch
    {
        (true, true) => "signed integers, quantized int16",
        (true, false) => "signed integers",
        (false, true) => "quantized int16",
        _ => null,
    };

    /// <inheritdoc/>
    public sealed override Type AttributesType => typeof(UnaryAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Calibrated;

    /// <summary>The operator's part of a C function's name: <c>hard_swish</c>.</summary>
    protected abstract string KernelName { get; }

    /// <summary>Whether the function is exact on integers that stand for themselves; see <see cref="EvaluateInteger"/>.</summary>
    protected virtual bool TakesIntegers => false;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TensorType> Infer(Node node)
    {
        Tensor x = node.OptionalInput(0) ?? throw new OperatorException($"{Name} takes an operand; none is given");
        bool quantized = (x.Type == ElementType.Int8 || (HasInt16Form && x.Type == ElementType.Int16)) && x.Quantization is { IsPerChannel: false };
        bool plain = TakesIntegers && x.Quantization is null
            && x.Type is ElementType.Int8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64;
        if (x.Type != ElementType.Float32 && !quantized && !plain)
        {
            throw new OperatorException(
                $"{Name} takes float32, int8{(HasInt16Form ? " or int16" : "")} with one scale{(TakesIntegers ? " or signed integers" : "")}; '{x.Name}' is {x.Type.DisplayName()}{(x.Quantization is null ? "" : " with quantization")}");
        }

        if (quantized && x.Type == ElementType.Int16 && TakesSymmetricInt16)
        {
            OperandRules.SymmetricInt16(node);
        }

        return [new(x.Type, x.Shape)];
    }

    /// <inheritdoc/>
    public sealed override void Execute(OperatorCall call)
    {
        Tensor x = call.Node.Input(0);
        switch (x.Type)
        {
            case ElementType.Float32:
                Evaluate(call.Input<float>(0), call.Output<float>(), call.Node.AttributesAs<UnaryAttributes>());
                break;
            case ElementType.Int16 when x.Quantization is not null:
                RunInt16(call);
                break;
            case ElementType.Int8 when x.Quantization is not null:
                LookupTable.Run(call, call.Prepare(Table));
                break;
            case ElementType.Int8: RunInteger(call.Input<sbyte>(0), call.Output<sbyte>(), value => unchecked((sbyte)EvaluateInteger(value))); break;
            case ElementType.Int16: RunInteger(call.Input<short>(0), call.Output<short>(), value => unchecked((short)EvaluateInteger(value))); break;
            case ElementType.Int32: RunInteger(call.Input<int>(0), call.Output<int>(), value => unchecked((int)EvaluateInteger(value))); break;
            default: RunInteger(call.Input<long>(0), call.Output<long>(), EvaluateInteger); break;
        }
    }

    /// <inheritdoc/>
    public sealed override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public sealed override RowWindow? RowsRead(Node node, int inputIndex) => RowWindow.ElementWise(node, inputIndex);

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public sealed override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor x = node.Input(0);
        KernelField count = KernelField.Of("count", x.Shape.ElementCount);
        if (x.Type == ElementType.Int8 && x.Quantization is not null)
        {
            string table = context.Constant<sbyte>(node, "table", Table(node));
            return new("edgeai_lookup_s8", "edgeai_lookup_s8", [count], [context.Read(x), table, context.Write(node.Output)]);
        }

        if (x.Type == ElementType.Int16 && x.Quantization is not null)
        {
            return EmitInt16(node, context);
        }

        if (x.Type != ElementType.Float32)
        {
            return new($"edgeai_plain_{KernelName}_{PlainElements.Suffix(x.Type)}", "edgeai_plain_unary", [count], [context.Read(x), context.Write(node.Output)]);
        }

        string function = $"edgeai_{KernelName}_f32";
        var attributes = node.AttributesAs<UnaryAttributes>();
        return new(
            function, function, [count, KernelField.Of("alpha", attributes.Alpha), KernelField.Of("beta", attributes.Beta)],
            [context.Read(x), context.Write(node.Output)]);
    }

    /// <summary>Floats, each by way of double.</summary>
    protected virtual void Evaluate(ReadOnlySpan<float> values, Span<float> result, UnaryAttributes attributes)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (float)Evaluate(values[i], attributes);
        }
    }

    /// <summary>Whether quantized int16 operands are computed as integers.</summary>
    protected virtual bool HasInt16Form => true;

    /// <summary>Whether zero points of quantized int16 operands and results must be 0.</summary>
    protected virtual bool TakesSymmetricInt16 => true;

    /// <summary>The quantized int16 form.</summary>
    protected virtual void RunInt16(OperatorCall call) => call.Prepare(Lines).Run(call.Input<short>(0), call.Output<short>());

    /// <summary>The call of the kernel of the quantized int16 form.</summary>
    protected virtual KernelCall EmitInt16(Node node, EmissionContext context)
    {
        LineTable lines = Lines(node);
        return new("edgeai_lookup_s16", "edgeai_lookup_s16",
            [KernelField.Of("count", node.Output.Shape.ElementCount), .. lines.Fields()],
            [context.Read(node.Input(0)), context.Constant(node, "table", lines.Values), context.Write(node.Output)]);
    }

    /// <summary>The largest operand that an int16 table has a place for; the operand's own range where the function goes on beyond any limit.</summary>
    protected virtual double? Int16Reach => null;

    /// <summary>The table of the int16 form.</summary>
    protected LineTable Lines(Node node)
    {
        var attributes = node.AttributesAs<UnaryAttributes>();
        return LineTable.Of(node.Input(0).Quantization!.Scale, node.Output.Quantization!.Scale, Int16Reach, x => Evaluate(x, attributes));
    }

    /// <inheritdoc/>
    public sealed override string? Int16Obstacle(Node node)
    {
        double error = TablesInt16 ? Lines(node).LargestError : 0;
        return error > LineTable.MostError
            ? string.Create(CultureInfo.InvariantCulture, $"straight lines between 513 values are up to {error:0} of its int16 steps off, more than an int8 step is")
            : null;
    }

    /// <summary>Whether the int16 form is the table of the real function.</summary>
    protected virtual bool TablesInt16 => true;

    /// <summary>The function of real numbers, made of portable arithmetic alone.</summary>
    protected abstract double Evaluate(double x, UnaryAttributes attributes);

    /// <summary>The function of an integer; wraps.</summary>
    protected virtual long EvaluateInteger(long x) => throw new NotSupportedException(Name);

    /// <summary>
    /// The int8 form. Unless an operator has integer arithmetic of its own: TensorFlow Lite's rule for tables of real functions, see
    /// <see cref="LookupTable"/>.
    /// </summary>
    protected virtual sbyte[] Table(Node node) => RealTable(node);

    /// <summary>The table by way of real numbers.</summary>
    protected sbyte[] RealTable(Node node)
    {
        var attributes = node.AttributesAs<UnaryAttributes>();
        return LookupTable.Of(node.Input(0).Quantization!, node.Output.Quantization!, x => (float)Evaluate(x, attributes));
    }

    private static void RunInteger<T>(ReadOnlySpan<T> x, Span<T> result, Func<T, T> function)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = function(x[i]);
        }
    }
}
