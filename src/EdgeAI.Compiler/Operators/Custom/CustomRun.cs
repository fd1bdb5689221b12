using EdgeAI.Compiler.Execution;

namespace EdgeAI.Compiler.Operators.Custom;

/// <summary>Runs the reference of a node.</summary>
internal sealed class CustomRun(CustomInstance instance)
{
    private readonly GraphExecutor _executor = new(instance.Graph);

    /// <summary>Fills the results of a call.</summary>
    public void Execute(OperatorCall call)
    {
        for (int i = 0; i < instance.OperandOfInput.Length; i++)
        {
            _executor.SetInput(i, call.InputBytes(instance.OperandOfInput[i]));
        }

        _executor.Run();
        for (int i = 0; i < instance.Graph.Outputs.Count; i++)
        {
            _executor.Output(i).CopyTo(call.OutputBytes(i));
        }
    }
}
