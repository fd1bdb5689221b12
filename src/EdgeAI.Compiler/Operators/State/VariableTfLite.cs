using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.State;

/// <summary>VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE, and CALL_ONCE, whose graph says what variables are before the first run.</summary>
internal sealed class VariableTfLite : ITfLiteForm
{
    private const int ContainerSlot = 0;
    private const int NameSlot = 1;
    private const int GraphSlot = 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "CALL_ONCE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        switch (node.Operator)
        {
            case "VAR_HANDLE":
                string container = node.Options.Text(ContainerSlot) ?? "";
                string name = node.Options.Text(NameSlot) ?? "";
                node.Variables.Handle(container.Length > 0 ? $"{container}/{name}" : name, node.Declared());
                node.Bind(0, node.Declared());
                break;
            case "READ_VARIABLE":
                node.Bind(0, node.ReadVariable(node.Handle(0), node.Declared()));
                break;
            case "ASSIGN_VARIABLE":
                node.AssignVariable(node.Handle(0), node.Input(1));
                break;
            default:
                node.Inline(node.Options.Int32(GraphSlot), []);
                node.Variables.Initialize();
                break;
        }
    }
}
