namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// How many values lie in each of a row of bins. The occupied bins are a sorted list while they are few, so that a tensor of few values takes little memory, and an
/// array of all bins from then on.
/// </summary>
internal sealed class BinCounts(int binCount)
{
    private readonly int _mostListed = binCount / 4;
    private int[] _bins = [];
    private long[] _counts = [];
    private int _listed;
    private bool _isList = true;

    /// <summary>Counts a value of a bin.</summary>
    public void Add(int bin)
    {
        if (!_isList)
        {
            _counts[bin]++;
            return;
        }

        int at = Array.BinarySearch(_bins, 0, _listed, bin);
        if (at >= 0)
        {
            _counts[at]++;
        }
        else if (_listed < _mostListed)
        {
            Insert(~at, bin);
        }
        else
        {
            Spread();
            _counts[bin]++;
        }
    }

    /// <summary>Puts each pair of neighbours into one bin; bins [0, count) become the middle half.</summary>
    public void MergePairs()
    {
        (int[] bins, long[] counts) = Occupied();
        if (_isList)
        {
            _listed = 0;
        }
        else
        {
            Array.Clear(_counts);
        }

        for (int i = 0; i < bins.Length; i++)
        {
            int bin = (binCount / 4) + (bins[i] / 2);
            if (!_isList)
            {
                _counts[bin] += counts[i];
            }
            else if (_listed > 0 && _bins[_listed - 1] == bin)
            {
                _counts[_listed - 1] += counts[i];
            }
            else
            {
                (_bins[_listed], _counts[_listed]) = (bin, counts[i]);
                _listed++;
            }
        }
    }

    /// <summary>The bins that hold values, in ascending order, with how many; copies.</summary>
    public (int[] Bins, long[] Counts) Occupied()
    {
        if (_isList)
        {
            return (_bins[.._listed], _counts[.._listed]);
        }

        int[] bins = [.. Enumerable.Range(0, binCount).Where(bin => _counts[bin] > 0)];
        return (bins, [.. bins.Select(bin => _counts[bin])]);
    }

    private void Insert(int at, int bin)
    {
        if (_listed == _bins.Length)
        {
            int capacity = Math.Clamp(2 * _listed, 16, _mostListed);
            Array.Resize(ref _bins, capacity);
            Array.Resize(ref _counts, capacity);
        }

        Array.Copy(_bins, at, _bins, at + 1, _listed - at);
        Array.Copy(_counts, at, _counts, at + 1, _listed - at);
        (_bins[at], _counts[at]) = (bin, 1);
        _listed++;
    }

    private void Spread()
    {
        long[] all = new long[binCount];
        for (int i = 0; i < _listed; i++)
        {
            all[_bins[i]] = _counts[i];
        }

        (_bins, _counts, _isList) = ([], all, false);
    }
}
