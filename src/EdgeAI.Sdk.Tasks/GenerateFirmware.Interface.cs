namespace EdgeAI.Sdk.Tasks;

/// <summary>
/// The target EdgeAIGenerate: planned models → the library of each target, in the tree of final outputs. Takes no parameters beyond
/// those of <see cref="StageTask"/>.
/// </summary>
public sealed partial class GenerateFirmware : StageTask;
