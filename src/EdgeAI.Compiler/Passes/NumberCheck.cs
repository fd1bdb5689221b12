using System.Globalization;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Pooling;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// What a graph computes from fixed inputs, kept so that the graph can be compared with it after a change.
/// <list type="bullet">
/// <item>Float outputs may differ by 1e-4 of the output's range (zero included), integers not at all.</item>
/// <item>Where computed float values are quantized, rounded, compared or ranked, a difference of rounding can move a value by a step and everything behind
/// it: there the mean difference may be 2 % of the range, and 10 % where integer arithmetic takes the place of float.</item>
/// <item>A graph whose values take more than 128 MiB or 2²⁵ elements together, or that computes more than 4·10⁹ operations, is not run: there is no check of it.</item>
/// </list>
/// </summary>
internal sealed class NumberCheck
{
    private const double FloatTolerance = 1e-4;
    private const double SteppedTolerance = 0.02;
    private const double IntegerTolerance = 0.10;
    private const double SmallestIntegerRange = 32;
    private const long WorkForTwoRuns = 50_000_000;
    private const long BytesForTwoRuns = 16_000_000;

    private const long MostBytes = 1L << 27;
    private const long MostElements = 1L << 25;
    private const long MostWork = 4_000_000_000;

    /// <summary>Operations that take as long as one element that pooling reads or another operator makes.</summary>
    private const int WorkOfElement = 32;

    private readonly byte[][][] _outputs;

    private NumberCheck(Graph graph, CancellationToken cancellation)
    {
        Work = graph.Nodes.Sum(WorkOf);
        _outputs = Compute(graph, Work > WorkForTwoRuns || ConstantBytes(graph) > BytesForTwoRuns ? 1 : 2, cancellation);
    }

    /// <summary>The check of a graph; null where its values are too large.</summary>
    public static NumberCheck? Of(Graph graph, CancellationToken cancellation)
    {
        Tensor[] computed = [.. graph.Tensors().Where(tensor => !tensor.IsConstant)];
        return computed.Sum(tensor => tensor.ByteSize) > MostBytes || computed.Sum(tensor => tensor.Shape.ElementCount) > MostElements
            || graph.Nodes.Sum(WorkOf) > MostWork
            ? null
            : new(graph, cancellation);
    }

    /// <summary>About how much one run computes, in multiply-accumulate operations.</summary>
    public long Work { get; }

    /// <summary>The largest departure in one sentence; null when all outputs agree.</summary>
    public string? Compare(Graph graph, PassEffect effect, CancellationToken cancellation)
    {
        byte[][][] now = Compute(graph, _outputs.Length, cancellation);
        bool isStepped = effect == PassEffect.IntegerRounding || HasSteps(graph);
        double tolerance = effect == PassEffect.IntegerRounding ? IntegerTolerance : isStepped ? SteppedTolerance : FloatTolerance;
        for (int output = 0; output < graph.Outputs.Count; output++)
        {
            Tensor tensor = graph.Outputs[output];
            if (!isStepped && !tensor.Type.IsFloat())
            {
                if (_outputs.Where((run, i) => !run[output].AsSpan().SequenceEqual(now[i][output])).Any())
                {
                    return $"integers of output '{tensor.Name}' differ";
                }

                continue;
            }

            double[] before = [.. _outputs.SelectMany(run => Numbers(tensor.Type, run[output]))];
            double[] after = [.. now.SelectMany(run => Numbers(tensor.Type, run[output]))];
            double difference = Difference(before, after, isStepped) / Range(before, tensor.Type);
            if (difference > tolerance)
            {
                return string.Create(CultureInfo.InvariantCulture,
                    $"output '{tensor.Name}' moves by {difference:0.####e+0} of its range, where {tolerance} is allowed");
            }
        }

        return null;
    }

    private static byte[][][] Compute(Graph graph, int runs, CancellationToken cancellation)
    {
        var executor = new GraphExecutor(graph) { KeepsPreparations = runs > 1 };
        var inputs = new TestInputs(seed: 1);
        byte[][][] outputs = new byte[runs][][];
        for (int run = 0; run < runs; run++)
        {
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                executor.SetInput(i, inputs.Next(graph.Inputs[i]));
            }

            executor.Run(cancellation);
            outputs[run] = [.. Enumerable.Range(0, graph.Outputs.Count).Select(i => executor.Output(i).ToArray())];
        }

        return outputs;
    }

    private static long WorkOf(Node node)
    {
        long elements = node.Outputs.Sum(output => output.Shape.ElementCount);
        long read = node.Attributes is Pool2DAttributes pool ? (long)pool.KernelHeight * pool.KernelWidth : 1;
        return Math.Max(OperatorCatalog.Of(node).CountMacs(node), elements * read * WorkOfElement);
    }

    private static long ConstantBytes(Graph graph) => graph.Tensors().Where(tensor => tensor.IsConstant).Sum(tensor => tensor.ByteSize);

    private static bool HasSteps(Graph graph) => graph.Nodes.Any(node =>
        node.Inputs.Any(operand => operand is { IsConstant: false } && operand.Type.IsFloat() && !graph.IsInput(operand))
        && (OperatorCatalog.Of(node).HasSteps || node.Outputs.Any(output => !output.Type.IsFloat())));

    private static double Difference(double[] before, double[] after, bool isMean)
    {
        double largest = 0;
        double sum = 0;
        for (int i = 0; i < before.Length; i++)
        {
            double difference = before[i].Equals(after[i]) ? 0 : Math.Abs(before[i] - after[i]);
            difference = double.IsNaN(difference) ? double.PositiveInfinity : difference;
            largest = Math.Max(largest, difference);
            sum += difference;
        }

        return isMean && before.Length > 0 ? sum / before.Length : largest;
    }

    private static double Range(double[] values, ElementType type)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        double range = finite.Length == 0 ? 0 : Math.Max(finite.Max(), 0) - Math.Min(finite.Min(), 0);
        return type.IsFloat() ? Math.Max(range, 1e-20) : Math.Max(range, SmallestIntegerRange);
    }

    private static IEnumerable<double> Numbers(ElementType type, byte[] bytes) => type switch
    {
        ElementType.Float32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => (double)value),
        ElementType.Float64 => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
        ElementType.Float16 => MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (double)value),
        ElementType.Int8 => bytes.Select(value => (double)(sbyte)value),
        ElementType.Int16 => MemoryMarshal.Cast<byte, short>(bytes).ToArray().Select(value => (double)value),
        ElementType.UInt16 => MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(value => (double)value),
        ElementType.Int32 => MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(value => (double)value),
        ElementType.UInt32 => MemoryMarshal.Cast<byte, uint>(bytes).ToArray().Select(value => (double)value),
        ElementType.Int64 => MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(value => (double)value),
        ElementType.UInt64 => MemoryMarshal.Cast<byte, ulong>(bytes).ToArray().Select(value => (double)value),
        _ => bytes.Select(value => (double)value),
    };
}
