namespace EdgeAI.Compiler.Data;

/// <summary>How many samples are kept in memory.</summary>
/// <param name="Count">At the most.</param>
/// <param name="Bytes">Of their inputs, at the most; one sample is always kept.</param>
public readonly record struct SampleLimit(int Count, long Bytes)
{
    /// <summary>Of calibration data.</summary>
    public static SampleLimit Calibration { get; } = new(4096, 256L << 20);
}

/// <summary>Takes samples one after the other and keeps every nth, n the smallest power of two that leaves no more than fit.</summary>
internal sealed class EvenSamples(SampleLimit limit)
{
    private readonly List<TestCase> _cases = [];
    private long _step = 1;
    private long _bytes;

    /// <summary>The inputs of the samples that are kept, in order.</summary>
    public IReadOnlyList<TestCase> Cases => _cases;

    /// <summary>How many samples were added.</summary>
    public long Total { get; private set; }

    /// <summary>Adds the next sample.</summary>
    public void Add(TestCase test)
    {
        if (Total++ % _step != 0)
        {
            return;
        }

        // Copied: a sample is a part of the piece of a file that it was read with.
        var kept = new TestCase([.. test.Inputs.Select(input => (ReadOnlyMemory<byte>)input.ToArray())], [], test.Label);
        _cases.Add(kept);
        _bytes += BytesOf(kept);
        while (_cases.Count > 1 && (_cases.Count > limit.Count || _bytes > limit.Bytes))
        {
            _step *= 2;
            int count = 0;
            for (int i = 0; i < _cases.Count; i += 2)
            {
                _cases[count++] = _cases[i];
            }

            _cases.RemoveRange(count, _cases.Count - count);
            _bytes = _cases.Sum(BytesOf);
        }
    }

    private static long BytesOf(TestCase test) => test.Inputs.Sum(input => (long)input.Length);
}
