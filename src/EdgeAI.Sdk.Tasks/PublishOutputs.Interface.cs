using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

/// <summary>
/// Mirrors a part of the tree of final outputs into the output folder. Files that are the same are left alone, files of the last build that no
/// longer exist are deleted, files of others are never touched.
/// </summary>
public sealed partial class PublishOutputs
{
    /// <summary>The absolute folder of the part in the intermediate folder; may be absent.</summary>
    [Required]
    public string SourceFolder { get; set; } = "";

    /// <summary>The absolute folder it is mirrored to.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>The project's absolute folder, for messages.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>The project's file name, which errors are about.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Keeps the absolute paths of what was published.</summary>
    [Required]
    public string PublishedFile { get; set; } = "";

    /// <summary>Every file that is published.</summary>
    [Output]
    public ITaskItem[] Published { get; set; } = [];
}
