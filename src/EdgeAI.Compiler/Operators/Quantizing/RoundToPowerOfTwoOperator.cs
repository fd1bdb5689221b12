using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>RoundToPowerOfTwo: float32 values as numbers of float8e8m0 (<see cref="PowerOfTwoFormat"/>).</summary>
internal sealed class RoundToPowerOfTwoOperator : FloatRoundingOperator
{
    /// <inheritdoc/>
    public override string Name => "RoundToPowerOfTwo";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(PowerOfTwoFormat);

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        PowerOfTwoFormat format = node.AttributesAs<PowerOfTwoFormat>();
        return new("edgeai_round_to_power_of_two", "edgeai_round_to_power_of_two",
            [
                KernelField.Of("count", node.Output.Shape.ElementCount), KernelField.Of("rounding", (int)format.Rounding),
                KernelField.Of("saturates", format.Saturates ? 1 : 0),
            ],
            [context.Read(node.Input(0)), context.Write(node.Output)]);
    }

    /// <inheritdoc/>
    protected override Func<float, float> RoundingOf(Node node) => node.AttributesAs<PowerOfTwoFormat>().Round;
}
