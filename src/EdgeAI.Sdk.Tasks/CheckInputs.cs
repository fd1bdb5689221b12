using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Sdk.Tasks.Building;
using EdgeAI.Simulator;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace EdgeAI.Sdk.Tasks;

[MSBuildMultiThreadableTask]
public sealed partial class CheckInputs : Task
{
    private static readonly string[] DataMetadata = ["CalibrationData", "TestData", "TestLabels", "TestReference", "Pipeline", "Source"];

    private readonly StringBuilder _text = new();
    private TaskSettings _settings = new([]);
    private bool _artefactMissing;

    /// <inheritdoc/>
    public override bool Execute()
    {
        _settings = new TaskSettings(Settings);
        AddFile(typeof(CheckInputs).Assembly.Location);
        AddSettings();
        AddItems("model", Models);
        AddItems("target", Targets);
        AddItems("noise", Noise);
        AddItems("other", NotCarriedOut);
        AddItems("library", KernelLibraries);
        AddItems("operator", Operators);
        AddDescriptions(KernelLibraries);
        AddDescriptions(Operators);
        foreach (string? tool in ToolFiles.Of(Toolchain.Find(_settings.SearchPath)))
        {
            _text.Append("tool ").Append(tool is null ? "-" : ToolFiles.Describe(tool)).Append('\n');
        }

        AddStates();
        string text = _text.ToString();
        if (_artefactMissing || !File.Exists(InputsFile) || File.ReadAllText(InputsFile) != text)
        {
            Write(text);
        }

        return !Log.HasLoggedErrors;
    }

    /// <summary>Apart from the method above, so that a build that changes nothing loads no diagnostics.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Write(string text)
    {
        try
        {
            AtomicFile.Write(InputsFile, text);
        }
        catch (DiagnosticException error)
        {
            new DiagnosticLog(Log, BuildEngine, _settings).Say(error.Diagnostics[0] with { File = _settings.ProjectFile });
        }
    }

    private void AddSettings()
    {
        foreach (ITaskItem setting in Settings)
        {
            if (setting.ItemSpec != TaskSettings.SearchPathName)
            {
                _text.Append(setting.ItemSpec).Append('=').Append(setting.GetMetadata("Value")).Append('\n');
            }
        }
    }

    private void AddItems(string kind, ITaskItem[] items)
    {
        foreach (ITaskItem item in items)
        {
            _text.Append(kind).Append(' ').Append(item.ItemSpec).Append('\n');
            System.Collections.IDictionary metadata = item.CloneCustomMetadata();
            string[] names = new string[metadata.Count];
            metadata.Keys.CopyTo(names, 0);
            Array.Sort(names, StringComparer.Ordinal);
            foreach (string name in names)
            {
                if (item.GetMetadata(name) is { Length: > 0 } value)
                {
                    _text.Append("  ").Append(name).Append('=').Append(value).Append('\n');
                }
            }

            AddPath(item.ItemSpec);
            foreach (string name in DataMetadata)
            {
                AddPath(item.GetMetadata(name));
            }
        }
    }

    /// <summary>Every file that descriptions of a user's C name, or that lies in a folder that they name.</summary>
    private void AddDescriptions(ITaskItem[] descriptions)
    {
        foreach (ITaskItem description in descriptions)
        {
            string path = Path.GetFullPath(description.ItemSpec.Replace('\\', '/'), _settings.ProjectDirectory);
            foreach (string named in UserDescriptions.PathsIn(path))
            {
                AddPath(named);
            }
        }
    }

    /// <summary>A file, or every file of a folder; nothing for a text that is neither.</summary>
    private void AddPath(string text)
    {
        if (text.Trim().Length == 0)
        {
            return;
        }

        string native = Path.DirectorySeparatorChar == '/' ? text.Trim().Replace('\\', '/') : text.Trim();
        string path = Path.GetFullPath(native, _settings.ProjectDirectory);
        if (!Directory.Exists(path))
        {
            AddFile(path);
            return;
        }

        string[] files = Directory.GetFiles(path, "*", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (string file in files)
        {
            AddFile(file);
        }
    }

    private void AddFile(string path)
    {
        var file = new FileInfo(path);
        _text.Append("  ").Append(path);
        if (file.Exists)
        {
            _text.Append('|').Append(file.Length.ToString(CultureInfo.InvariantCulture))
                .Append('|').Append(file.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture));
        }

        _text.Append('\n');
    }

    /// <summary>Files that stages found necessary while they ran count as read; an artefact that somebody deleted makes everything be checked.</summary>
    private void AddStates()
    {
        string book = Path.Combine(_settings.IntermediateFolder, StageStore.BookFolder);
        if (!Directory.Exists(book))
        {
            return;
        }

        foreach (string stage in StageStore.FolderNames)
        {
            string folder = Path.Combine(book, stage);
            if (!Directory.Exists(folder))
            {
                continue;
            }

            string[] states = Directory.GetFiles(folder, "*.txt");
            Array.Sort(states, StringComparer.Ordinal);
            foreach (string state in states)
            {
                AddState(state);
            }
        }
    }

    private void AddState(string state)
    {
        foreach (string line in File.ReadLines(state))
        {
            bool read = line.StartsWith("read\t", StringComparison.Ordinal);
            if (!read && !line.StartsWith("file\t", StringComparison.Ordinal))
            {
                continue;
            }

            string path = LineFormat.Split(line)[^1];
            if (read)
            {
                AddFile(Path.Combine(_settings.ProjectDirectory, path));
            }
            else
            {
                _artefactMissing |= !File.Exists(Path.Combine(_settings.IntermediateFolder, path));
            }
        }
    }
}
