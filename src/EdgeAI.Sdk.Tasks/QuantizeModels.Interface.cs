namespace EdgeAI.Sdk.Tasks;

/// <summary>
/// The target EdgeAIQuantize: imported models and calibration data → <c>MODEL/MODEL.quantized.edgeai</c> and its dump. Takes no parameters beyond
/// those of <see cref="StageTask"/>.
/// </summary>
public sealed partial class QuantizeModels : StageTask;
