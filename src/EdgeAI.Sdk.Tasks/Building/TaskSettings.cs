using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>The properties of a project that tasks read, as EdgeAI.Inputs.targets hands them over.</summary>
internal sealed class TaskSettings
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>The settings of a list of items.</summary>
    public TaskSettings(ITaskItem[] items)
    {
        foreach (ITaskItem item in items)
        {
            _values[item.ItemSpec] = item.GetMetadata("Value").Trim();
        }
    }

    /// <summary>The project's absolute folder.</summary>
    public string ProjectDirectory => Get("ProjectDirectory");

    /// <summary>The project's file name.</summary>
    public string ProjectFile => Get("ProjectFile");

    /// <summary>The absolute folder of intermediate files.</summary>
    public string IntermediateFolder => Path.TrimEndingDirectorySeparator(Get("IntermediateFolder"));

    /// <summary>The absolute folder of the content-addressed cache, or empty.</summary>
    public string CacheFolder => Get("CacheFolder");

    /// <summary>The property EdgeAISimulation.</summary>
    public string Simulation => Get("Simulation");

    /// <summary>The property EdgeAIOptimize.</summary>
    public string Optimize => Get("Optimize");

    /// <summary>Folders in which compilers and emulators are looked up, as in PATH.</summary>
    public string SearchPath => Get(SearchPathName);

    /// <summary>The property ContinuousIntegrationBuild.</summary>
    public bool IsContinuousIntegration => IsTrue("ContinuousIntegrationBuild");

    /// <summary>The property TreatWarningsAsErrors.</summary>
    public bool TreatsWarningsAsErrors => IsTrue("TreatWarningsAsErrors");

    /// <summary>The property WarningsAsErrors.</summary>
    public string WarningsAsErrors => Get("WarningsAsErrors");

    /// <summary>The property WarningsNotAsErrors.</summary>
    public string WarningsNotAsErrors => Get("WarningsNotAsErrors");

    /// <summary>The property NoWarn.</summary>
    public string NoWarn => Get("NoWarn");

    /// <summary>The folder of the pages about codes, for help links.</summary>
    public string HelpFolder => Get("HelpFolder");

    /// <summary>The name of the one setting whose text itself changes nothing: what is found on it does.</summary>
    public const string SearchPathName = "SearchPath";

    private string Get(string name) => _values.GetValueOrDefault(name, "");

    private bool IsTrue(string name) => string.Equals(Get(name), "true", StringComparison.OrdinalIgnoreCase);
}
