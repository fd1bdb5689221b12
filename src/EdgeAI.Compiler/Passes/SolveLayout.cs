using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Settles the order of axes of every value at once (<see cref="LayoutProblem"/>) and rebuilds the graph with the Transposes that remain: each
/// value at most once in each order, as a Reshape where only axes of extent 1 move, constants ahead of time. The model's inputs and
/// outputs keep their order.
/// </summary>
public sealed class SolveLayout : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        int transposes = graph.Nodes.Count(LayoutProblem.IsAlias);
        if (transposes == 0)
        {
            return false;
        }

        var problem = new LayoutProblem(graph);
        (long before, long after) = problem.Solve();
        if (after >= before && problem.TransposeCount() >= transposes)
        {
            return false;
        }

        new Rebuild(graph, problem).Run();
        return true;
    }

    private sealed class Rebuild
    {
        private readonly Graph _graph;
        private readonly LayoutProblem _problem;
        private readonly Dictionary<Tensor, Node> _producers;
        private readonly HashSet<string> _tensorNames;
        private readonly HashSet<string> _nodeNames;
        private readonly List<Node> _nodes = [];
        private readonly Dictionary<Tensor, Tensor> _kept = new(ReferenceEqualityComparer.Instance);
        private readonly Dictionary<(Tensor Root, Permutation Order), Tensor> _made = [];
        private readonly Dictionary<(Tensor Root, Permutation Order), Tensor> _outputs = [];

        public Rebuild(Graph graph, LayoutProblem problem)
        {
            _graph = graph;
            _problem = problem;
            _producers = graph.Producers();
            _tensorNames = graph.Tensors().Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
            _nodeNames = graph.Nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
            foreach (Tensor output in graph.Outputs)
            {
                (Tensor root, Permutation order) = problem.View(output);
                _outputs.TryAdd((root, order), output);
            }
        }

        public void Run()
        {
            foreach (Node node in _graph.Nodes)
            {
                if (LayoutProblem.IsAlias(node))
                {
                    continue;
                }

                if (_problem.IsFree(node))
                {
                    AddFree(node);
                }
                else
                {
                    for (int i = 0; i < node.Inputs.Count; i++)
                    {
                        node.Inputs[i] = node.Inputs[i] is { } operand ? AsSeen(operand, node) : null;
                    }

                    _nodes.Add(node);
                }
            }

            foreach (Tensor output in _graph.Outputs.Distinct())
            {
                if (!_graph.IsInput(output) && !output.IsConstant && !_nodes.Any(node => node.Outputs.Contains(output)))
                {
                    Node origin = _producers[output];
                    Tensor made = AsSeen(output, origin);
                    if (!ReferenceEquals(made, output))
                    {
                        Append(origin, made, output, Permutation.Identity(output.Shape.Rank));
                    }
                }
            }

            _graph.Nodes.Clear();
            foreach (Node node in _nodes)
            {
                _graph.Nodes.Add(node);
            }
        }

        private void AddFree(Node node)
        {
            Permutation order = _problem.OrderOf(node.Output);
            var inputs = new Tensor?[node.Inputs.Count];
            OperatorAttributes attributes;
            if (node.Operator == "Reshape")
            {
                attributes = new ReshapeAttributes(order.Apply(node.Output.Shape).Extents);
                inputs[0] = InOrder(node.Input(0), LayoutProblem.OperandOrder(node, order)!.Value, node);
            }
            else
            {
                attributes = order.IsIdentity
                    ? node.Attributes
                    : ((ILayoutAgnostic)OperatorCatalog.Of(node)).Permuted(node, order.Inverse().Axes)!;
                for (int i = 0; i < inputs.Length; i++)
                {
                    inputs[i] = node.Inputs[i] is { } operand ? Operand(node, operand, order) : null;
                }
            }

            node.Attributes = attributes;
            for (int i = 0; i < inputs.Length; i++)
            {
                node.Inputs[i] = inputs[i];
            }

            node.Outputs[0] = Kept(node.Output);
            _nodes.Add(node);
        }

        private Tensor Operand(Node node, Tensor operand, Permutation order)
        {
            if (operand.Shape.Rank == order.Rank)
            {
                return InOrder(operand, order, node);
            }

            if (!LayoutProblem.IsBroadcasting(node) || order.IsIdentity)
            {
                return AsSeen(operand, node);
            }

            Shape shape = operand.Shape.WithRank(order.Rank);
            if (operand.IsConstant)
            {
                return Permuted(new Tensor(operand.Name, operand.Type, shape) { Constant = operand.Constant, Quantization = operand.Quantization }, order);
            }

            Tensor wide = Append(node, AsSeen(operand, node), NewTensor(operand, shape), null);
            return Append(node, wide, NewTensor(operand, order.Apply(shape)), order);
        }

        private Tensor AsSeen(Tensor operand, Node reader) => InOrder(operand, Permutation.Identity(operand.Shape.Rank), reader);

        /// <summary>The operand with its axes in the given order.</summary>
        private Tensor InOrder(Tensor operand, Permutation order, Node reader)
        {
            (Tensor root, Permutation view) = _problem.View(operand);
            Permutation wanted = view.Then(order);
            if (root.IsConstant)
            {
                return wanted.IsIdentity ? root : Permuted(root, wanted);
            }

            Permutation kept = _problem.OrderOf(root);
            if (kept.Equals(wanted))
            {
                return Kept(root);
            }

            if (!_made.TryGetValue((root, wanted), out Tensor? made))
            {
                made = _outputs.TryGetValue((root, wanted), out Tensor? output) && !ReferenceEquals(output, Kept(root))
                    ? output
                    : NewTensor(root, wanted.Apply(root.Shape));
                Append(reader, Kept(root), made, kept.Inverse().Then(wanted));
                _made[(root, wanted)] = made;
            }

            return made;
        }

        /// <summary>The tensor that holds a root in the order in which it is kept.</summary>
        private Tensor Kept(Tensor root)
        {
            Permutation order = _problem.OrderOf(root);
            if (order.IsIdentity)
            {
                return root;
            }

            if (!_kept.TryGetValue(root, out Tensor? tensor))
            {
                _kept[root] = tensor = _outputs.GetValueOrDefault((root, order)) is { } output && !ReferenceEquals(output, root)
                    ? output
                    : _graph.IsOutput(root)
                        ? NewTensor(root, order.Apply(root.Shape))
                        : new Tensor(root.Name, root.Type, order.Apply(root.Shape)) { Quantization = root.Quantization };
            }

            return tensor;
        }

        private Tensor Permuted(Tensor constant, Permutation order)
        {
            if (!_made.TryGetValue((constant, order), out Tensor? made))
            {
                made = _graph.PermutedConstant(constant, order);
                made.Name = Unique(made.Name, _tensorNames);
                _made[(constant, order)] = made;
            }

            return made;
        }

        private Tensor NewTensor(Tensor like, Shape shape) =>
            new(Unique($"{like.Name}_transposed", _tensorNames), like.Type, shape) { Quantization = like.Quantization };

        /// <summary>A Transpose, or a Reshape where no byte moves.</summary>
        private Tensor Append(Node reader, Tensor operand, Tensor result, Permutation? order)
        {
            bool isReshape = order is null || order.Value.KeepsBytes(operand.Shape);
            OperatorAttributes attributes = isReshape ? new ReshapeAttributes(result.Shape.Extents) : new TransposeAttributes(order!.Value.Axes);
            _nodes.Add(new Node(Unique(result.Name, _nodeNames), isReshape ? "Reshape" : "Transpose", attributes)
            {
                Source = reader.Source,
                Inputs = [operand],
                Outputs = [result],
            });
            return result;
        }

        private static string Unique(string wanted, HashSet<string> taken)
        {
            string name = wanted;
            for (int number = 1; !taken.Add(name); number++)
            {
                name = $"{wanted}_{number}";
            }

            return name;
        }
    }
}
