using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// In which order of axes each value of a graph is kept, so that as few bytes as possible are transposed.
/// <list type="bullet">
/// <item>Transposes are no nodes here: every tensor is a root, or a root seen through a permutation.</item>
/// <item>Inputs, outputs and the results of layout-bound operators keep their order. The result of a layout-agnostic operator, or of a Reshape that
/// stays one, may take any.</item>
/// <item>The price of a solution is the bytes of all distinct (root, order) pairs that are read in another order than the root is kept in.</item>
/// <item>Search: from every free result, take over the order of a neighbour, spread it over the free region (all of it, downstream, upstream, or nowhere),
/// keep what is strictly cheaper; until nothing is. Ends because the price falls; may end in a local minimum.</item>
/// </list>
/// </summary>
internal sealed class LayoutProblem
{
    private const long Impossible = long.MaxValue / 4;
    private const long PriceOfByte = 16;
    private const long PriceOfTranspose = 8;
    private const long PriceOfFoldable = 2;
    private const long PriceOfReshape = 1;

    private readonly Graph _graph;
    private readonly Dictionary<Tensor, (Tensor Root, Permutation Order)> _views = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Node> _free = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, List<Node>> _readers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Node> _beforeFullyConnected = new(ReferenceEqualityComparer.Instance);
    private Dictionary<Tensor, Permutation> _orders = new(ReferenceEqualityComparer.Instance);

    public LayoutProblem(Graph graph)
    {
        _graph = graph;
        foreach (Node node in graph.Nodes)
        {
            if (IsAlias(node))
            {
                (Tensor root, Permutation order) = View(node.Input(0));
                _views[node.Output] = (root, order.Then(new Permutation(node.AttributesAs<TransposeAttributes>().Permutation)));
                continue;
            }

            foreach (Tensor root in node.Inputs.OfType<Tensor>().Select(input => View(input).Root).Distinct())
            {
                if (!_readers.TryGetValue(root, out List<Node>? readers))
                {
                    _readers[root] = readers = [];
                }

                readers.Add(node);
            }

            if (IsReshape(node) || IsAgnostic(node))
            {
                _free[node.Output] = node;
            }

            if (IsReshape(node) && FoldTransposeIntoFullyConnected.LayerBehind(graph, node) is not null)
            {
                _beforeFullyConnected.Add(node);
            }
        }
    }

    /// <summary>Whether a node is a Transpose of a run-time value, which dissolves into the orders of what is read.</summary>
    public static bool IsAlias(Node node) => node.Operator == "Transpose" && !node.Input(0).IsConstant && !IsPerChannel(node.Input(0));

    /// <summary>Whether operands of fewer axes stand for ones with axes of extent 1 in front.</summary>
    public static bool IsBroadcasting(Node node) => node.Attributes is BinaryAttributes || node.Operator == "PRelu";

    public bool IsFree(Node node) => node.Outputs.Count == 1 && _free.ContainsKey(node.Output);

    /// <summary>The root behind a tensor and the order in which the tensor sees it.</summary>
    public (Tensor Root, Permutation Order) View(Tensor tensor) =>
        _views.TryGetValue(tensor, out (Tensor, Permutation) view) ? view : (tensor, Permutation.Identity(tensor.Shape.Rank));

    /// <summary>The order in which a root is kept.</summary>
    public Permutation OrderOf(Tensor root) =>
        _orders.TryGetValue(root, out Permutation order) ? order : Permutation.Identity(root.Shape.Rank);

    /// <summary>The order in which a Reshape reads its operand when its result is kept in <paramref name="result"/>.</summary>
    public static Permutation? OperandOrder(Node reshape, Permutation result) =>
        result.AcrossReshape(reshape.Output.Shape, reshape.Input(0).Shape);

    /// <summary>Finds the orders; returns the price before and after.</summary>
    public (long Before, long After) Solve()
    {
        long before = Price(_orders, out _);
        long best = before;
        bool improved = best > 0;
        while (improved)
        {
            improved = false;
            foreach (Tensor result in _free.Keys)
            {
                foreach (Permutation candidate in Candidates(result).ToArray())
                {
                    for (int spread = 0; spread < 4; spread++)
                    {
                        Dictionary<Tensor, Permutation>? orders = Spread(result, candidate, upstream: (spread & 1) == 0, downstream: (spread & 2) == 0);
                        if (orders is not null && Price(orders, out _) is var price && price < best)
                        {
                            best = price;
                            _orders = orders;
                            improved = true;
                            break;
                        }
                    }
                }
            }
        }

        return (before, best);
    }

    /// <summary>Transposes that the solution leaves.</summary>
    public int TransposeCount()
    {
        Price(_orders, out int count);
        return count;
    }

    private bool IsReshape(Node node) => node.Operator == "Reshape" && !node.Input(0).IsConstant && !IsPerChannel(node.Input(0));

    private static bool IsPerChannel(Tensor tensor) => tensor.Quantization is { IsPerChannel: true };

    private static bool IsAgnostic(Node node) =>
        node.Outputs.Count == 1 && OperatorCatalog.TryOf(node) is ILayoutAgnostic && node.Output.Shape.Rank > 1
        && node.Inputs is [{ } first, ..] && (IsBroadcasting(node) || first.Shape.Rank == node.Output.Shape.Rank)
        && !node.Outputs.Concat(node.Inputs.OfType<Tensor>()).Any(tensor => !tensor.IsConstant && IsPerChannel(tensor));

    private static bool CanTake(Node node, Permutation order) =>
        order.IsIdentity
        || (node.Operator == "Reshape"
            ? OperandOrder(node, order) is not null
            : ((ILayoutAgnostic)OperatorCatalog.Of(node)).Permuted(node, order.Inverse().Axes) is not null);

    /// <summary>The operands of a free node that follow the order of its result: each as a root with the order of the root it then reads.</summary>
    private IEnumerable<(Tensor Root, Permutation Order)> Followers(Node node, Permutation order)
    {
        Permutation? operandOrder = node.Operator == "Reshape" ? OperandOrder(node, order) : order;
        foreach (Tensor operand in node.Inputs.OfType<Tensor>())
        {
            if (!operand.IsConstant && operandOrder is { } wanted && operand.Shape.Rank == wanted.Rank)
            {
                (Tensor root, Permutation view) = View(operand);
                yield return (root, view.Then(wanted));
            }
        }
    }

    /// <summary>The order of a reader's result that lets it read a root as it is kept.</summary>
    private IEnumerable<Permutation> Following(Node reader, Tensor root, Permutation kept)
    {
        foreach (Tensor operand in reader.Inputs.OfType<Tensor>())
        {
            (Tensor seen, Permutation view) = View(operand);
            if (!ReferenceEquals(seen, root))
            {
                continue;
            }

            Permutation order = view.Inverse().Then(kept);
            if (reader.Operator == "Reshape")
            {
                if (order.AcrossReshape(reader.Input(0).Shape, reader.Output.Shape) is { } across)
                {
                    yield return across;
                }
            }
            else if (order.Rank == reader.Output.Shape.Rank)
            {
                yield return order;
            }
        }
    }

    private IEnumerable<Permutation> Candidates(Tensor result)
    {
        Node node = _free[result];
        Permutation current = OrderOf(result);
        var candidates = new List<Permutation> { Permutation.Identity(result.Shape.Rank) };
        foreach (Tensor root in node.Inputs.OfType<Tensor>().Where(input => !input.IsConstant).Select(input => View(input).Root).Distinct())
        {
            candidates.AddRange(Following(node, root, OrderOf(root)));
        }

        foreach (Node reader in _readers.GetValueOrDefault(result) ?? [])
        {
            if (IsFree(reader))
            {
                candidates.AddRange(Followers(reader, OrderOf(reader.Output)).Where(need => ReferenceEquals(need.Root, result)).Select(need => need.Order));
            }
            else
            {
                candidates.AddRange(reader.Inputs.OfType<Tensor>().Select(View).Where(view => ReferenceEquals(view.Root, result)).Select(view => view.Order));
            }
        }

        foreach (Tensor output in _graph.Outputs)
        {
            if (View(output) is var (root, order) && ReferenceEquals(root, result))
            {
                candidates.Add(order);
            }
        }

        return candidates.Distinct().Where(candidate => !candidate.Equals(current) && CanTake(node, candidate));
    }

    private Dictionary<Tensor, Permutation>? Spread(Tensor start, Permutation order, bool upstream, bool downstream)
    {
        var orders = new Dictionary<Tensor, Permutation>(_orders, ReferenceEqualityComparer.Instance) { [start] = order };
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance) { start };
        var open = new Queue<Tensor>([start]);
        while (open.TryDequeue(out Tensor? result))
        {
            Permutation kept = orders[result];
            if (upstream)
            {
                foreach ((Tensor root, Permutation wanted) in Followers(_free[result], kept))
                {
                    Take(root, wanted);
                }
            }

            if (downstream)
            {
                foreach (Node reader in (_readers.GetValueOrDefault(result) ?? []).Where(IsFree))
                {
                    foreach (Permutation wanted in Following(reader, result, kept).Take(1))
                    {
                        Take(reader.Output, wanted);
                    }
                }
            }
        }

        return orders;

        void Take(Tensor root, Permutation wanted)
        {
            if (_free.TryGetValue(root, out Node? node) && !seen.Contains(root) && CanTake(node, wanted))
            {
                seen.Add(root);
                orders[root] = wanted;
                open.Enqueue(root);
            }
        }
    }

    private long Price(Dictionary<Tensor, Permutation> orders, out int transposes)
    {
        var prices = new Dictionary<(Tensor, Permutation), long>();
        long total = 0;
        int extra = 0;
        foreach (Node node in _graph.Nodes)
        {
            if (IsAlias(node))
            {
                continue;
            }

            Permutation kept = IsFree(node) ? Kept(node.Output) : default;
            foreach (Tensor operand in node.Inputs.OfType<Tensor>().Where(input => !input.IsConstant))
            {
                (Tensor root, Permutation view) = View(operand);
                if (!IsFree(node))
                {
                    Add(root, view, false);
                }
                else if (node.Operator == "Reshape")
                {
                    if (OperandOrder(node, kept) is not { } order)
                    {
                        transposes = 0;
                        return Impossible;
                    }

                    Add(root, view.Then(order), _beforeFullyConnected.Contains(node));
                }
                else if (operand.Shape.Rank == kept.Rank)
                {
                    Add(root, view.Then(kept), false);
                }
                else
                {
                    Add(root, view, false);
                    if (IsBroadcasting(node) && !kept.KeepsBytes(operand.Shape.WithRank(kept.Rank)))
                    {
                        total += (operand.ByteSize * PriceOfByte) + PriceOfTranspose;
                        extra++;
                    }
                }
            }
        }

        foreach (Tensor output in _graph.Outputs)
        {
            (Tensor root, Permutation view) = View(output);
            Add(root, view, false);
        }

        transposes = extra + prices.Count(entry => entry.Value > PriceOfReshape);
        return total + prices.Values.Sum();

        Permutation Kept(Tensor root) =>
            orders.TryGetValue(root, out Permutation order) ? order : Permutation.Identity(root.Shape.Rank);

        void Add(Tensor root, Permutation wanted, bool isFoldable)
        {
            Permutation keptOrder = Kept(root);
            if (root.IsConstant || keptOrder.Equals(wanted))
            {
                return;
            }

            long price = keptOrder.Inverse().Then(wanted).KeepsBytes(keptOrder.Apply(root.Shape)) ? PriceOfReshape
                : isFoldable ? PriceOfFoldable
                : (root.ByteSize * PriceOfByte) + PriceOfTranspose;
            prices[(root, wanted)] = Math.Max(price, prices.GetValueOrDefault((root, wanted)));
        }
    }
}
