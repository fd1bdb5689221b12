using System.Diagnostics.CodeAnalysis;
using System.Text;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;
using EdgeAI.Sdk.Tasks.Building;
using EdgeAI.Simulator;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace EdgeAI.Sdk.Tasks;

/// <summary>
/// A stage as an MSBuild task: reads the settings, brings the stage's units up to date, says their diagnostics in a fixed order, and
/// touches the stamp when there was no error. A unit with an error loses its outputs; the others are built all the same.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "MSBuild may cancel until the build ends and disposes of no task.")]
public abstract partial class StageTask : Task, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly List<ToldDiagnostic> _said = [];
    private DiagnosticLog? _diagnostics;

    /// <summary>The stage as messages and keys name it.</summary>
    private protected abstract Stage Stage { get; }

    /// <summary>The project's properties.</summary>
    private protected TaskSettings Properties { get; private set; } = new([]);

    /// <summary>The validated settings.</summary>
    private protected ProjectSettings Project { get; private set; } = new([], [], []);

    /// <summary>The intermediate folder.</summary>
    private protected StageStore Store { get; private set; } = null!;

    /// <summary>The least that must have run.</summary>
    private protected SimulationLevel Level { get; private set; }

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        Ran = "true";
        Properties = new TaskSettings(Settings);
        Store = new StageStore(Properties.IntermediateFolder);
        _diagnostics = new DiagnosticLog(Log, BuildEngine, Properties);
        try
        {
            AtomicFile.Delete(StampFile);
            using FileStream gate = BuildGate.Enter(Properties.IntermediateFolder, _cancellation.Token);
            ReadSettings();
            RunUnits(_cancellation.Token);
            WriteSaid();
            if (!Log.HasLoggedErrors)
            {
                AtomicFile.Write(StampFile, "");
            }
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (DiagnosticException error)
        {
            foreach (Diagnostic diagnostic in error.Diagnostics)
            {
                Say(new DiagnosticPlaces(Properties.ProjectDirectory).Place(StageUnit.Project, Properties.ProjectFile, diagnostic, null));
            }
        }
        catch (Exception fault)
        {
            Log.LogMessage(MessageImportance.Low, fault.ToString());
            Exception cause = fault.GetBaseException();
            string reason = $"{cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}";
            _diagnostics.Say(DiagnosticCatalog.InternalError.With(Properties.ProjectFile, Stage, reason));
        }

        return !Log.HasLoggedErrors;
    }

    /// <summary>Brings the stage's units up to date.</summary>
    private protected abstract void RunUnits(CancellationToken cancellation);

    /// <summary>Says a diagnostic and remembers it for builds in which the stage is skipped.</summary>
    /// <returns>Whether it counts as an error.</returns>
    private protected bool Say(ToldDiagnostic told)
    {
        _said.Add(told);
        return _diagnostics!.Say(told);
    }

    /// <summary>Says what the settings have wrong; the first stage does so for all.</summary>
    private protected void SaySettings()
    {
        foreach (SettingDiagnostic setting in Project.Diagnostics)
        {
            if (Say(new ToldDiagnostic(new StageUnit(setting.Model, ""), setting.Diagnostic, "", 0)) && setting.Model.Length > 0)
            {
                Store.DropFrom(Stage.Import, new StageUnit(setting.Model, ""));
            }
        }

        if (Properties.Simulation.Length > 0 && SettingText.Choice<SimulationLevel>(Properties.Simulation) is null or SimulationLevel.Available)
        {
            Diagnostic diagnostic = DiagnosticCatalog.SettingNotValid.With(
                Properties.ProjectFile, "EdgeAISimulation", Properties.Simulation, "the project", "one of Managed, Host, Target");
            Say(new ToldDiagnostic(StageUnit.Project, diagnostic, "", 0));
        }
    }

    /// <summary>Runs one stage's units, says their diagnostics, drops those with an error, and returns the latter.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="works">The units that can run.</param>
    /// <param name="all">All units the project has; what is kept of others is dropped.</param>
    /// <param name="cancellation">Whether the build was cancelled.</param>
    private protected IReadOnlyList<StageUnit> BringUpToDate(
        Stage stage, IReadOnlyList<StageWork> works, IEnumerable<StageUnit> all, CancellationToken cancellation)
    {
        Store.Keep(stage, all);
        var cache = new ArtefactCache(Properties.CacheFolder.Length == 0 || stage == Stage.Report ? null : Properties.CacheFolder);
        var runner = new StageRunner(
            stage, Store, cache, new DiagnosticPlaces(Properties.ProjectDirectory), Properties.ProjectDirectory, ToolIdentity.Of(stage),
            new LongRuns(TimeProvider.System, line => Log.LogMessage(MessageImportance.High, line)));
        var failed = new List<StageUnit>();
        foreach (StageOutcome outcome in runner.Run(works, cancellation))
        {
            Log.LogMessage(
                MessageImportance.Low, "EdgeAI: {0} {1}: {2}", stage.ToString().ToLowerInvariant(), outcome.Unit,
                outcome.Ending.ToString().ToLowerInvariant());
            bool error = outcome.Ending == StageEnding.Failed;
            foreach (ToldDiagnostic told in outcome.Said)
            {
                error |= Say(told);
            }

            if (error)
            {
                failed.Add(outcome.Unit);
            }
        }

        if (stage != Stage.Report)
        {
            failed.ForEach(unit => Store.DropFrom(stage, unit));
        }

        return failed;
    }

    /// <summary>The contents of an artefact of a unit that is whole.</summary>
    private protected byte[] ReadArtefact(string relative) => File.ReadAllBytes(Store.PathOf(relative));

    private void ReadSettings()
    {
        Level = SettingText.Choice<SimulationLevel>(Properties.Simulation) ?? SimulationLevel.Available;
        Project = ProjectSettingsReader.Read(new ProjectSettingsRequest(
            Properties.ProjectDirectory, Properties.ProjectFile, [.. Models.Select(ToSettings)], [.. Targets.Select(ToSettings)],
            [.. NotCarriedOut.Select(item => (item.GetMetadata("Kind"), item.ItemSpec))],
            Properties.Optimize is { Length: > 0 } optimize ? optimize : null)
        {
            Noise = [.. Noise.Select(ToSettings)],
            KernelLibraries = [.. KernelLibraries.Select(ToSettings)],
            Operators = [.. Operators.Select(ToSettings)],
        });
    }

    private void WriteSaid()
    {
        if (_said.Count == 0)
        {
            AtomicFile.Delete(SaidFile);
            return;
        }

        var text = new StringBuilder();
        foreach (ToldDiagnostic told in _said)
        {
            text.Append(told.Format()).Append('\n');
        }

        AtomicFile.Write(SaidFile, text.ToString());
    }

    private static SettingsItem ToSettings(ITaskItem item)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in item.CloneCustomMetadata().Keys)
        {
            metadata[name] = item.GetMetadata(name);
        }

        return new SettingsItem(item.ItemSpec, metadata);
    }
}
