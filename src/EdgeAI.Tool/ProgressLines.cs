using System.Globalization;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Tool;

/// <summary>Writes what takes long: the step at hand, at most one line a second and none in the first three.</summary>
internal sealed class ProgressLines(TextWriter errors, TimeProvider time) : IProgress<StageProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);
    private long _last = time.GetTimestamp();
    private bool _hasSpoken;

    /// <inheritdoc/>
    public void Report(StageProgress value)
    {
        if (time.GetElapsedTime(_last) < (_hasSpoken ? Pause : Silence))
        {
            return;
        }

        _last = time.GetTimestamp();
        _hasSpoken = true;
        errors.WriteLine(value.Total == 0 ? $"{value.Step} …" : string.Create(CultureInfo.InvariantCulture, $"{value.Step} … {value.Done} of at most {value.Total}"));
    }
}
