namespace EdgeAI.Sdk.Tasks;

/// <summary>
/// The target EdgeAISimulate: libraries and test data → <c>MODEL/TARGET/MODEL.simulation.json</c>. A model whose simulation fails is taken out of the
/// target's library. Takes no parameters beyond those of <see cref="StageTask"/>.
/// </summary>
public sealed partial class SimulateModels : StageTask;
