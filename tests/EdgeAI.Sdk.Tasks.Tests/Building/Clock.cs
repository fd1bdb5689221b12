namespace EdgeAI.Sdk.Tasks.Tests.Building;

/// <summary>A clock that a test moves on; its timers ring on the thread that moves it, disposed of or not, as the system's may.</summary>
internal sealed class Clock : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _seconds;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => _seconds;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(() => callback(state), _seconds + (long)dueTime.TotalSeconds, (long)period.TotalSeconds);
        _timers.Add(timer);
        return timer;
    }

    public void Advance(long seconds)
    {
        for (; seconds > 0; seconds--)
        {
            _seconds++;
            _timers.ForEach(timer => timer.RingAt(_seconds));
        }
    }

    private sealed class Timer(Action ring, long due, long period) : ITimer
    {
        public void RingAt(long seconds)
        {
            if (seconds >= due && (seconds - due) % period == 0)
            {
                ring();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
