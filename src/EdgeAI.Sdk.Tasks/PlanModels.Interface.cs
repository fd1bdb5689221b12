namespace EdgeAI.Sdk.Tasks;

/// <summary>
/// The target EdgeAIPlan: quantized models and targets → <c>MODEL/TARGET/MODEL.planned.edgeai</c> and its dump, then <c>TARGET/firmware.planned.edgeai</c>.
/// A plan that breaks a limit goes to <c>MODEL.exceeding.edgeai</c> instead, for the reports.
/// Takes no parameters beyond those of <see cref="StageTask"/>.
/// </summary>
public sealed partial class PlanModels : StageTask;
