using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using Google.Protobuf;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>Reads a file that holds one TensorProto, as the ONNX test layout has them (input_0.pb).</summary>
internal static class OnnxTensorFile
{
    /// <summary>The array. Throws <see cref="InvalidDataException"/>.</summary>
    public static NumericArray Read(byte[] file)
    {
        try
        {
            var reader = new OnnxTensorReader(new ImportRequest(
                "tensor", "tensor", default, ImmutableSortedDictionary<string, Shape>.Empty, _ => null));
            TensorProto proto = TensorProto.Parser.ParseFrom(file);
            if (proto.DataType == (int)TensorProto.Types.DataType.String)
            {
                throw new InvalidDataException("it holds texts, and a text is no number on a device");
            }

            Tensor tensor = reader.Read(proto, "tensor");
            return new NumericArray(tensor.Type, tensor.Shape, tensor.Constant!.Value);
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or DiagnosticException)
        {
            throw new InvalidDataException("it is no ONNX tensor of numbers", error);
        }
    }
}
