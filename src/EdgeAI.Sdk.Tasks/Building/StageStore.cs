namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>
/// The intermediate folder: artefacts by relative path, and under <c>.build</c> what each stage remembers of its units. Every file of
/// an artefact is claimed by one state; dropping the state drops the files.
/// </summary>
/// <param name="root">The absolute folder.</param>
internal sealed class StageStore(string root)
{
    /// <summary>The folder of everything that is no artefact of a model. Names of models never start with a dot.</summary>
    public const string BookFolder = ".build";

    /// <summary>The folders of the stages' states, in the order of <see cref="Stage"/>.</summary>
    public static readonly string[] FolderNames = ["import", "quantize", "share", "plan", "exceed", "place", "generate", "simulate", "report"];

    /// <summary>The absolute folder.</summary>
    public string Root => root;

    /// <summary>The absolute path of an artefact.</summary>
    public string PathOf(string relative) => Path.Combine(root, relative);

    /// <summary>The state of a unit, or null when it is not whole.</summary>
    public StageState? Read(Stage stage, StageUnit unit)
    {
        string path = StatePath(stage, unit);
        if (!File.Exists(path) || StageState.Parse(File.ReadAllText(path)) is not { } state)
        {
            return null;
        }

        foreach (FileRecord file in state.Files)
        {
            if (!File.Exists(PathOf(file.Path)))
            {
                return null;
            }
        }

        return state;
    }

    /// <summary>Remembers a unit whose files are written; files that an earlier state claimed and this one does not are deleted.</summary>
    public void Write(Stage stage, StageUnit unit, StageState state)
    {
        string path = StatePath(stage, unit);
        if (File.Exists(path) && StageState.Parse(File.ReadAllText(path)) is { } earlier)
        {
            DeleteFiles(earlier.Files.Select(file => file.Path).Except(state.Files.Select(file => file.Path), StringComparer.Ordinal));
        }

        AtomicFile.Write(path, state.Format());
    }

    /// <summary>Drops a unit and all that later stages made from it.</summary>
    public void DropFrom(Stage stage, StageUnit unit)
    {
        foreach (Stage later in Enum.GetValues<Stage>().Where(later => later >= stage))
        {
            foreach (StageUnit kept in Units(later).Where(unit.Covers))
            {
                Drop(later, kept);
            }
        }
    }

    /// <summary>Drops units of a stage that the project no longer has.</summary>
    public void Keep(Stage stage, IEnumerable<StageUnit> units)
    {
        var wanted = units.ToHashSet();
        foreach (StageUnit unit in Units(stage).Where(unit => !wanted.Contains(unit)))
        {
            Drop(stage, unit);
        }
    }

    /// <summary>Deletes what an interrupted build left half-written.</summary>
    public void DeleteUnfinished()
    {
        if (Directory.Exists(root))
        {
            foreach (string path in Directory.EnumerateFiles(root, "*" + AtomicFile.Ending, SearchOption.AllDirectories))
            {
                AtomicFile.Delete(path);
            }
        }
    }

    /// <summary>Drops one unit of one stage.</summary>
    public void Drop(Stage stage, StageUnit unit)
    {
        string path = StatePath(stage, unit);
        StageState? state = File.Exists(path) ? StageState.Parse(File.ReadAllText(path)) : null;
        AtomicFile.Delete(path);
        if (state is not null)
        {
            DeleteFiles(state.Files.Select(file => file.Path));
        }

        AtomicFile.DeleteEmptyFolders(Path.GetDirectoryName(path), root);
    }

    /// <summary>The units a stage remembers, in ordinal order.</summary>
    public IReadOnlyList<StageUnit> Units(Stage stage)
    {
        string folder = StateFolder(stage);
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.txt").Select(Path.GetFileName).Order(StringComparer.Ordinal)
                .Select(name => StageUnit.FromFileName(name!))]
            : [];
    }

    private void DeleteFiles(IEnumerable<string> paths)
    {
        foreach (string relative in paths)
        {
            string path = PathOf(relative);
            AtomicFile.Delete(path);
            AtomicFile.DeleteEmptyFolders(Path.GetDirectoryName(path), root);
        }
    }

    private string StateFolder(Stage stage) =>
        Path.Combine(root, BookFolder, FolderNames[(int)stage]);

    private string StatePath(Stage stage, StageUnit unit) => Path.Combine(StateFolder(stage), unit.FileName);
}
