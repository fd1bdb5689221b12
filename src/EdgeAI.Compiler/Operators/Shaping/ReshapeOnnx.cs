using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>ONNX Reshape, Flatten, Squeeze and Unsqueeze; their shapes and axes are constants.</summary>
internal sealed class ReshapeOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Reshape", "Flatten", "Squeeze", "Unsqueeze"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        builder.Bind(node, 0, builder.Reshape(x, "", [.. OnnxShapes.Reshaped(node, x.Shape).Extents]));
    }
}

/// <summary>ONNX Identity, of tensors, sequences and optionals.</summary>
internal sealed class IdentityOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Identity"];

    /// <inheritdoc/>
    public bool TakesSequences => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder) => builder.Bind(node, 0, node.Value(0));
}

/// <summary>ONNX Dropout at inference, which hands its operand on.</summary>
internal sealed class DropoutOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Dropout"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        bool trains = node.Optional(2) is { } training
            && !(training.IsConstant && !training.Constant!.Value.Span.ContainsAnyExcept((byte)0));
        bool dropsNothing = node.Optional(1) is { IsConstant: true, Shape.ElementCount: 1 } ratio && ConstantArray.Of(ratio).RealAt(0) == 0;
        if (trains && !dropsNothing)
        {
            throw new OnnxNodeException("it is in training mode", "Export the model in evaluation mode");
        }

        if (node.HasOutput(1))
        {
            Shape shape = node.Input(0).Shape;
            builder.Bind(node, 1, Logic.Plain.Integers(builder, "kept", ElementType.Bool, shape,
                [.. Enumerable.Repeat(1L, checked((int)shape.ElementCount))]));
        }

        builder.Bind(node, 0, node.Input(0));
    }
}

/// <summary>ONNX Transpose.</summary>
internal sealed class TransposeOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Transpose"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        builder.Bind(node, 0, builder.Transpose(x, "", [.. OnnxShapes.Permutation(node, x.Shape)]));
    }
}

/// <summary>ONNX DepthToSpace and SpaceToDepth as Reshape, Transpose, Reshape. x [N,C,H,W].</summary>
internal sealed class DepthToSpaceOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["DepthToSpace", "SpaceToDepth"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        long size = node.RequiredInt("blocksize");
        if (x.Shape.Rank != 4 || size is < 1 or > 1 << 15)
        {
            throw new OnnxNodeException($"the operand is {x.Shape} with blocks of {size}", "Give it four axes and a positive size");
        }

        int block = (int)size;
        (int batch, int channels, int height, int width) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        bool toSpace = node.OperatorType == "DepthToSpace";
        if (toSpace ? channels % (block * block) != 0 : height % block != 0 || width % block != 0)
        {
            throw new OnnxNodeException($"{x.Shape} does not divide into blocks of {block}", "Choose extents that divide");
        }

        Tensor result;
        if (toSpace)
        {
            int depth = channels / (block * block);
            bool isColumnRowDepth = node.Text("mode", "DCR") == "CRD";
            Tensor split = isColumnRowDepth
                ? builder.Reshape(x, "split", batch, depth, block, block, height, width)
                : builder.Reshape(x, "split", batch, block, block, depth, height, width);
            Tensor moved = isColumnRowDepth
                ? builder.Transpose(split, "", 0, 1, 4, 2, 5, 3)
                : builder.Transpose(split, "", 0, 3, 4, 1, 5, 2);
            result = builder.Reshape(moved, "joined", batch, depth, height * block, width * block);
        }
        else
        {
            Tensor split = builder.Reshape(x, "split", batch, channels, height / block, block, width / block, block);
            Tensor moved = builder.Transpose(split, "", 0, 3, 5, 1, 2, 4);
            result = builder.Reshape(moved, "joined", batch, channels * block * block, height / block, width / block);
        }

        builder.Bind(node, 0, result);
    }
}
