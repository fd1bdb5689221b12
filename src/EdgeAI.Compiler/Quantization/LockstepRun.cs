using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Runs a graph node by node, each node on all cases before the next, so that a node can be changed when its operands are known and its readers
/// have not run. A value is dropped behind its last reader.
/// </summary>
internal sealed class LockstepRun
{
    /// <summary>Less work than this is done sooner than it is shared between threads.</summary>
    private const long LeastShared = 1_000_000;

    private readonly Graph _graph;
    private readonly int _caseCount;
    private readonly Dictionary<Tensor, byte[][]> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, int> _readings = new(ReferenceEqualityComparer.Instance);
    private int _next;

    /// <summary>Ready to run the first node.</summary>
    public LockstepRun(Graph graph, IReadOnlyList<TestCase> cases)
    {
        _graph = graph;
        _caseCount = cases.Count;
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            _values[graph.Inputs[i]] = [.. cases.Select(test => test.Inputs[i].ToArray())];
        }

        foreach (Tensor tensor in graph.Nodes.SelectMany(ReadBy))
        {
            _readings[tensor] = _readings.GetValueOrDefault(tensor) + 1;
        }
    }

    /// <summary>The node to be run next; null behind the last.</summary>
    public Node? Next => _next < _graph.Nodes.Count ? _graph.Nodes[_next] : null;

    /// <summary>Bytes of a value that has been made, by case.</summary>
    public byte[][] Value(Tensor tensor) => _values[tensor];

    /// <summary>Runs the next node without moving on, and returns the bytes of its first result by case.</summary>
    public byte[][] Try()
    {
        Run(_graph.Nodes[_next]);
        return _values[_graph.Nodes[_next].Output];
    }

    /// <summary>Moves on behind the next node, which has been tried.</summary>
    public void Advance()
    {
        foreach (Tensor tensor in ReadBy(_graph.Nodes[_next]))
        {
            if (--_readings[tensor] == 0)
            {
                _values.Remove(tensor);
            }
        }

        _next++;
    }

    private static IEnumerable<Tensor> ReadBy(Node node) => node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant);

    private void Run(Node node)
    {
        byte[][][] results = [.. node.Outputs.Select(_ => new byte[_caseCount][])];
        int half = RunWork.Of(node) * _caseCount < LeastShared ? _caseCount : (_caseCount + 1) / 2;
        if (half == _caseCount)
        {
            Run(node, results, 0, _caseCount);
        }
        else
        {
            Parallel.Invoke(() => Run(node, results, 0, half), () => Run(node, results, half, _caseCount));
        }

        for (int o = 0; o < results.Length; o++)
        {
            _values[node.Outputs[o]] = results[o];
        }
    }

    /// <summary>Some of the cases, with an executor of their own; nothing depends on the order of the cases.</summary>
    private void Run(Node node, byte[][][] results, int from, int to)
    {
        if (from == to)
        {
            return;
        }

        Tensor[] operands = [.. ReadBy(node).Distinct<Tensor>(ReferenceEqualityComparer.Instance)];
        var executor = new GraphExecutor(new Graph { Inputs = [.. operands], Outputs = [.. node.Outputs], Nodes = [node] });
        for (int c = from; c < to; c++)
        {
            for (int i = 0; i < operands.Length; i++)
            {
                executor.SetInput(i, _values[operands[i]][c]);
            }

            executor.Run();
            for (int o = 0; o < results.Length; o++)
            {
                results[o][c] = executor.Value(node.Outputs[o]).ToArray();
            }
        }
    }
}
