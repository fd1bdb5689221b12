using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Tests.Passes;

[TestClass]
public sealed class ActivationPatternTests
{
    private static readonly Pass[] Recognize = [new RecognizeActivations(), new RemoveDeadNodes()];

    [TestMethod]
    public void HardSwishFromHardSigmoid()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(2, 16);
        Tensor gate = builder.Op("HardSigmoid", new UnaryAttributes(1f / 6, 0.5f), x);
        Check("HardSwish", builder, builder.Binary("Multiply", gate, x));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void HardSwishFromPieces(int spelling)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(2, 16);
        Tensor six = builder.Scalar(6);
        Tensor shifted = builder.Op("Clamp", new ClampAttributes(Clamp.Relu6), builder.Binary("Add", x, builder.Scalar(3)));
        Check("HardSwish", builder, spelling switch
        {
            0 => builder.Binary("Divide", builder.Binary("Multiply", x, shifted), six),
            1 => builder.Binary("Multiply", x, builder.Binary("Divide", shifted, six)),
            2 => builder.Binary("Multiply", builder.Binary("Multiply", shifted, builder.Scalar(1f / 6)), x),
            _ => builder.Binary("Multiply", builder.Binary("Multiply", x, builder.Scalar(1f / 6)),
                builder.Op("Add", new BinaryAttributes(Clamp.Relu6), builder.Scalar(3), x)),
        });
    }

    [TestMethod]
    public void HardSwishOfAProduct()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Binary("Multiply", builder.Input(2, 16), builder.Input(2, 16));
        Tensor shifted = builder.Op("Clamp", new ClampAttributes(Clamp.Relu6), builder.Binary("Add", x, builder.Scalar(3)));
        Check("Multiply HardSwish", builder, builder.Binary("Divide", builder.Binary("Multiply", x, shifted), builder.Scalar(6)));
    }

    [TestMethod]
    public void HardSigmoidFromPieces()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(2, 16);
        Tensor shifted = builder.Op("Clamp", new ClampAttributes(Clamp.Relu6), builder.Binary("Add", x, builder.Scalar(3)));
        Check("HardSigmoid", builder, builder.Binary("Divide", shifted, builder.Scalar(6)));
    }

    [TestMethod]
    public void OtherGatesStay()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(2, 16);
        Tensor y = builder.Input(2, 16);
        Tensor shifted = builder.Op("Clamp", new ClampAttributes(Clamp.Relu6), builder.Binary("Add", x, builder.Scalar(3)));
        Check("Add Clamp Multiply", builder, builder.Binary("Multiply", y, shifted));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void GeluFromErf(bool halfFirst)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(2, 16);
        Tensor erf = builder.Unary("Erf", builder.Binary("Divide", x, builder.Scalar(1.41421354f)));
        Tensor gate = builder.Binary("Add", erf, builder.Scalar(1));
        Check("Gelu", builder, halfFirst
            ? builder.Binary("Multiply", builder.Binary("Multiply", x, builder.Scalar(0.5f)), gate)
            : builder.Binary("Multiply", builder.Binary("Multiply", x, gate), builder.Scalar(0.5f)));
    }

    private static void Check(string expected, GraphBuilder builder, Tensor result) =>
        Assert.AreEqual(expected, GraphBuilder.Operators(GraphBuilder.Pass(builder.Build(result), Recognize)));
}
