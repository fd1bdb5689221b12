using System.Globalization;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>Tells of units that take long: what is being done after ten seconds, and again every thirty; nothing of those that are done by then.</summary>
/// <param name="time">The clock.</param>
/// <param name="say">Takes a line, from any thread, but never once the unit it tells of has ended.</param>
internal sealed class LongRuns(TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>A unit that begins now and ends when it is disposed of; takes the steps that the stage reports.</summary>
    public Run Begin(Stage stage, StageUnit unit) => new(time, say, stage, unit);

    /// <summary>A unit that runs.</summary>
    internal sealed class Run : IProgress<StageProgress>, IDisposable
    {
        private readonly Lock _gate = new();
        private readonly ITimer _timer;
        private StageProgress? _step;
        private bool _hasEnded;

        /// <summary>Begins to wait.</summary>
        public Run(TimeProvider time, Action<string> say, Stage stage, StageUnit unit)
        {
            long start = time.GetTimestamp();
            _timer = time.CreateTimer(_ => Tell(time.GetElapsedTime(start)), null, Patience, Pause);

            void Tell(TimeSpan elapsed)
            {
                lock (_gate)
                {
                    if (!_hasEnded)
                    {
                        say(string.Create(CultureInfo.InvariantCulture, $"EdgeAI: {stage.ToString().ToLowerInvariant()} {unit} has taken {elapsed.TotalSeconds:0} s so far{Text(_step)}"));
                    }
                }
            }
        }

        /// <inheritdoc/>
        public void Report(StageProgress value)
        {
            lock (_gate)
            {
                _step = value;
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (_gate)
            {
                _hasEnded = true;
            }

            _timer.Dispose();
        }

        private static string Text(StageProgress? step) => step is not { } known ? ""
            : known.Total == 0 ? $": {known.Step}"
            : string.Create(CultureInfo.InvariantCulture, $": {known.Step}, {known.Done} of at most {known.Total}");
    }
}
