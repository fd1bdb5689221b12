namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>Bytes that are not a TFLite model, or not a whole one. The message says what is wrong and where.</summary>
internal sealed class TfLiteFormatException(string message) : Exception(message);
