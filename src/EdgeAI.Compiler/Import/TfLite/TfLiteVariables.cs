using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>One value that lasts between runs: a resource that the file names, a tensor that it marks as variable, or what an operator keeps for itself.</summary>
internal sealed class TfLiteVariable(string name)
{
    /// <summary>What the file calls it.</summary>
    public string Name { get; } = name;

    /// <summary>What it is before the first run; null for zeros.</summary>
    public Tensor? Initial { get; set; }

    /// <summary>The result of its State node, once anybody reads it.</summary>
    public Tensor? State { get; set; }

    /// <summary>What it is at this point of the run; null where nothing has been assigned.</summary>
    public Tensor? Assigned { get; set; }
}

/// <summary>
/// The variables of a file while its graphs are imported.
/// <list type="bullet">
/// <item>A read gives what was assigned before it in the run, else the value that the last run left.</item>
/// <item>What stands assigned at the end of the run is stored by a node behind all readers of the old value, as early as that allows.</item>
/// </list>
/// </summary>
internal sealed class TfLiteVariables
{
    private readonly Dictionary<string, TfLiteVariable> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Tensor, TfLiteVariable> _byHandle = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(TfLiteOperator Owner, string Name), TfLiteVariable> _byOwner = [];
    private readonly Dictionary<int, TfLiteVariable> _byOutput = [];
    private readonly List<TfLiteVariable> _all = [];

    /// <summary>How often anything has been assigned.</summary>
    public int Assignments { get; private set; }

    /// <summary>The variable of a resource's name; the handle stands for it.</summary>
    public void Handle(string name, Tensor handle)
    {
        if (!_byName.TryGetValue(name, out TfLiteVariable? variable))
        {
            _byName.Add(name, variable = new(name));
            _all.Add(variable);
        }

        _byHandle[handle] = variable;
    }

    /// <summary>The variable that a handle, or a tensor marked as variable, stands for.</summary>
    public TfLiteVariable Of(Tensor handle)
    {
        if (!_byHandle.TryGetValue(handle, out TfLiteVariable? variable))
        {
            _byHandle.Add(handle, variable = new(handle.Name));
            _all.Add(variable);
        }

        return variable;
    }

    /// <summary>The variable that an operator keeps for itself, one however often its graph is run.</summary>
    public TfLiteVariable Of(TfLiteOperator owner, string name)
    {
        if (!_byOwner.TryGetValue((owner, name), out TfLiteVariable? variable))
        {
            _byOwner.Add((owner, name), variable = new(name));
            _all.Add(variable);
        }

        return variable;
    }

    /// <summary>The variable that keeps an output of the model for runs that do not compute it.</summary>
    public TfLiteVariable OfOutput(int output, string name)
    {
        if (!_byOutput.TryGetValue(output, out TfLiteVariable? variable))
        {
            _byOutput.Add(output, variable = new($"{name}/last"));
            _all.Add(variable);
        }

        return variable;
    }

    /// <summary>The value of a variable at this point, with the type and extents of <paramref name="like"/>.</summary>
    public Tensor Read(TfLiteVariable variable, Tensor like, TfLiteGraphBuilder builder)
    {
        if (variable.Assigned is { } assigned)
        {
            return assigned;
        }

        if (variable.State is null)
        {
            Tensor initial = variable.Initial ?? Zeros(variable, like, builder);
            string name = builder.UniqueTensorName(variable.Name);
            variable.State = new Tensor(name, initial.Type, initial.Shape) { Quantization = like.Quantization };
            builder.Graph.Nodes.Add(new Node(builder.UniqueNodeName($"state {variable.Name}"), "State", NoAttributes.Instance)
            {
                Inputs = [initial],
                Outputs = [variable.State],
                Source = variable.Name,
            });
        }

        return variable.State;
    }

    /// <summary>Gives a variable another value from here on.</summary>
    public void Assign(TfLiteVariable variable, Tensor value)
    {
        Assignments++;
        variable.Assigned = value;
    }

    /// <summary>Takes what stands assigned as the value before the first run; it must be known.</summary>
    public void Initialize()
    {
        foreach (TfLiteVariable variable in _all.Where(variable => variable.Assigned is not null))
        {
            variable.Initial = variable.Assigned is { IsConstant: true } known
                ? known
                : throw new TfLiteNodeException($"gives the variable '{variable.Name}' a value that is computed from others at the first run; a constant is supported");
            variable.Assigned = null;
        }
    }

    /// <summary>Stores what stands assigned at the end. Throws <see cref="TfLiteNodeException"/> where the value does not fit its variable.</summary>
    public void Store(TfLiteGraphBuilder builder)
    {
        foreach (TfLiteVariable variable in _all)
        {
            if (variable is { State: { } state, Assigned: { } value } && !ReferenceEquals(state, value))
            {
                if (state.Type != value.Type || state.Shape != value.Shape)
                {
                    throw new TfLiteNodeException($"the variable '{variable.Name}', {state}, is given '{value}'");
                }

                var stored = new Tensor(builder.UniqueTensorName($"{variable.Name}/stored"), state.Type, state.Shape) { Quantization = state.Quantization };
                Insert(builder.Graph, state, new Node(builder.UniqueNodeName($"store {variable.Name}"), "StoreState", NoAttributes.Instance)
                {
                    Inputs = [state, value],
                    Outputs = [stored],
                    Source = variable.Name,
                });
            }
        }
    }

    private static Tensor Zeros(TfLiteVariable variable, Tensor like, TfLiteGraphBuilder builder) =>
        Tensor.FromValues<byte>(builder.UniqueTensorName($"{variable.Name}/initial"), like.Type, like.Shape, new byte[like.ByteSize]);

    /// <summary>Behind the last node that reads the old value, through views too, and behind the one that makes the new.</summary>
    private static void Insert(Graph graph, Tensor state, Node store)
    {
        var old = new HashSet<Tensor>(ReferenceEqualityComparer.Instance) { state };
        int at = 0;
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            bool reads = node.Inputs.OfType<Tensor>().Any(old.Contains);
            at = reads || node.Outputs.Contains(store.Input(1)) || node.Outputs.Contains(state) ? i + 1 : at;
            if (reads && node.Outputs.Count == 1 && OperatorCatalog.Of(node).IsView(node))
            {
                old.Add(node.Output);
            }
        }

        graph.Nodes.Insert(at, store);
    }
}
