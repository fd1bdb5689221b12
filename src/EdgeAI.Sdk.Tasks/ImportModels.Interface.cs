namespace EdgeAI.Sdk.Tasks;

/// <summary>
/// The target EdgeAIImport: model files → <c>MODEL/MODEL.imported.edgeai</c> and the dump <c>MODEL/MODEL.txt</c>. Says what is wrong with the settings
/// for all stages. Takes no parameters beyond those of <see cref="StageTask"/>.
/// </summary>
public sealed partial class ImportModels : StageTask;
