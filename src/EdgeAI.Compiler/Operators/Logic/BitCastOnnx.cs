using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Logic;

/// <summary>ONNX BitCast between types that keep their bits here: float32, integers of whole bytes, bool.</summary>
internal sealed class BitCastOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["BitCast"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        ElementType to = Kept(node.RequiredInt("to"), "result");
        if (node.FileType(0) != 0)
        {
            Kept(node.FileType(0), "operand");
        }

        builder.Bind(node, 0, builder.Add("BitCast", new CastAttributes(to), node.Input(0)));
    }

    /// <summary>Floats of other sizes are computed in float32, and small integers in whole bytes: their bits are not there.</summary>
    private static ElementType Kept(long fileType, string what) => OnnxElementTypes.Internal(fileType) is { } type
        && LogicTypes.All.Contains(type) && (!type.IsFloat() || fileType == (long)TensorProto.Types.DataType.Float)
        && OnnxSmallTypes.Integer(fileType) is null && OnnxSmallTypes.Float(fileType, true) is null
        ? type
        : throw new OnnxNodeException(
            $"the bits of its {what}'s type ({(TensorProto.Types.DataType)fileType}) are not kept", "float32, bool and integers of 8 to 64 bits are supported");
}
