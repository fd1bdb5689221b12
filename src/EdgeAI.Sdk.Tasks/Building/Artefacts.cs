namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>Where the stages keep their files, relative to the intermediate folder.</summary>
internal static class Artefacts
{
    /// <summary>The tree of final outputs, ready to be mirrored.</summary>
    public const string OutputTree = StageStore.BookFolder + "/output";

    /// <summary>The result of import.</summary>
    public static string Imported(string model) => $"{model}/{model}.imported.edgeai";

    /// <summary>The dump of the imported graph.</summary>
    public static string ImportedDump(string model) => $"{model}/{model}.txt";

    /// <summary>The result of quantization.</summary>
    public static string Quantized(string model) => $"{model}/{model}.quantized.edgeai";

    /// <summary>The dump of the quantized graph.</summary>
    public static string QuantizedDump(string model) => $"{model}/{model}.quantized.txt";

    /// <summary>The result of planning.</summary>
    public static string Planned(string model, string target) => $"{model}/{target}/{model}.planned.edgeai";

    /// <summary>A plan that breaks a limit.</summary>
    public static string Exceeding(string model, string target) => $"{model}/{target}/{model}.exceeding.edgeai";

    /// <summary>The arenas that the models of a target get beside each other: a line each, the name and the bytes.</summary>
    public static string Shares(string target) => $"{target}/shares.txt";

    /// <summary>The dump of the planned graph.</summary>
    public static string PlannedDump(string model, string target) => $"{model}/{target}/{model}.txt";

    /// <summary>The placement of all models of a target.</summary>
    public static string Firmware(string target) => $"{target}/firmware.planned.edgeai";

    /// <summary>The folder of a target's library.</summary>
    public static string Library(string target) => $"{OutputTree}/firmware/{target}";

    /// <summary>The result of simulation.</summary>
    public static string Simulation(string model, string target) => $"{model}/{target}/{model}.simulation.json";

    /// <summary>The folder of the reports.</summary>
    public static string Reports => $"{OutputTree}/report";

    /// <summary>An array beside the reports, relative to the tree of final outputs.</summary>
    public static string ReportedArray(StageUnit unit, string name) => $"report/{unit.Model}.{unit.Target}.{name}";

    /// <summary>A folder for operands with which a user's kernel went wrong.</summary>
    public static string KernelEvidence(StageUnit unit) => $"{unit.Model}/{unit.Target}/kernel-check";

    /// <summary>Holds the folders of compiled runs.</summary>
    public const string WorkFolder = $"{StageStore.BookFolder}/work";

    /// <summary>A folder for objects and images of one simulation.</summary>
    public static string Work(StageUnit unit) => $"{WorkFolder}/{unit.Model}@{unit.Target}";
}
