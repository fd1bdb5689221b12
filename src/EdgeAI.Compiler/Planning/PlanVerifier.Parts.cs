using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning;

/// <summary>What the bytes of results are, and which of them stand in place already.</summary>
public sealed partial class PlanVerifier
{
    /// <summary>Whether bytes are of an operand that stands in its place in the result.</summary>
    private bool LeavesAlone(Node node, Operator definition, Stretch bytes) => Enumerable.Range(0, node.Inputs.Count).Any(i =>
        node.Inputs[i] is { } operand && _buffersOfTensor.ContainsKey(operand.Name) && At(operand).Start <= bytes.Start && bytes.End <= At(operand).End
        && definition.PlaceInResult(node, i) is { } place && At(operand).Start == At(node.Output).Start + place);

    /// <summary>Whether a slice is left in its operand, which is how a plan makes it a view.</summary>
    private bool StandsInOperand(Node node, Operator definition) => definition.PlaceInOperand(node) is { } place && node.Outputs.Count == 1
        && _buffersOfTensor.ContainsKey(node.Input(0).Name) && At(node.Output).Start == At(node.Input(0)).Start + place;

    /// <summary>What the bytes of a node's results are.</summary>
    private void NameBytes(Node node)
    {
        Operator definition = OperatorCatalog.Of(node);
        for (int i = 1; i < node.Outputs.Count; i++)
        {
            _bytes[node.Outputs[i]] = Own(node.Outputs[i]);
        }

        if (node.Outputs.Count == 0)
        {
            return;
        }

        Tensor result = node.Output;
        long?[] places = [.. Enumerable.Range(0, node.Inputs.Count).Select(i => node.Inputs[i] is null ? null : definition.PlaceInResult(node, i))];
        long? inOperand = definition.IsView(node) ? 0 : node.OptionalInput(0) is null ? null : definition.PlaceInOperand(node);
        _bytes[result] = inOperand is { } start ? [.. MadeBytes.Range(BytesOf(node.Input(0)), start, result.ByteSize)]
            : places.Length > 0 && places.All(place => place is not null) ? Join(node, places)
            : Own(result);
    }

    private MadeBytes[] Join(Node node, long?[] places)
    {
        var joined = new List<MadeBytes>();
        long end = 0;
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] != end)
            {
                return Own(node.Output);
            }

            joined.AddRange(BytesOf(node.Input(i)));
            end += node.Input(i).ByteSize;
        }

        return end == node.Output.ByteSize ? [.. joined] : Own(node.Output);
    }

    private MadeBytes[] BytesOf(Tensor tensor) => _bytes.TryGetValue(tensor, out MadeBytes[]? bytes) ? bytes : Own(tensor);

    private static MadeBytes[] Own(Tensor tensor) => tensor.ByteSize > 0 ? [new(tensor, 0, tensor.ByteSize)] : [];
}
