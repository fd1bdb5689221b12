namespace EdgeAI.Sdk.Tasks;

/// <summary>
/// The target EdgeAIPlan: quantized models and targets → <c>MODEL/TARGET/MODEL.planned.edgeai</c> and its dump, then <c>TARGET/firmware.planned.edgeai</c>.
/// Takes no parameters beyond those of <see cref="StageTask"/>.
/// </summary>
public sealed partial class PlanModels : StageTask;
