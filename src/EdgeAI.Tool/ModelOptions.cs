using System.CommandLine;

namespace EdgeAI.Tool;

/// <summary>The words that every command on a model file takes; they mean what the metadata of an EdgeAIModel means.</summary>
internal sealed class ModelOptions
{
    private readonly Argument<string> _model = new("model") { Description = "An ONNX or TensorFlow Lite file." };
    private readonly Option<string> _target = new("--target") { Description = "The target.", DefaultValueFactory = _ => "cortex-m4" };
    private readonly Option<string?> _scheme = new("--quantization") { Description = "Int8, Int16x8, Auto, Float32 or None: as the metadata Quantization." };
    private readonly Option<string?> _calibration = new("--calibration") { Description = "Representative inputs: arrays (.npy, .npz, .csv), pictures, .wav, or a folder." };
    private readonly Option<string?> _normalization = new("--normalization") { Description = "What a pixel becomes: as ImageNormalization." };
    private readonly Option<string?> _shapes = new("--input-shape") { Description = "Fixes extents: \"x:1,49,10,1;y:1,8\"." };
    private readonly Option<string?> _data = new("--data") { Description = "Inputs, with expected outputs or without: as TestData." };

    private readonly Option<string[]> _operators = new("--operator") { Description = "A description of an operator of your own, *.operator.json; may be given several times.", DefaultValueFactory = _ => [] };

    /// <summary>A command with these words.</summary>
    public Command AddTo(Command command, bool takesData = false)
    {
        command.Add(_model);
        command.Add(_target);
        command.Add(_scheme);
        command.Add(_calibration);
        command.Add(_normalization);
        command.Add(_shapes);
        command.Add(_operators);
        if (takesData)
        {
            command.Add(_data);
        }

        return command;
    }

    /// <summary>The model that a parsed command line names.</summary>
    public ToolModel Of(ParseResult parsed) => ToolModel.Of(
        parsed.GetRequiredValue(_model), parsed.GetRequiredValue(_target), parsed.GetValue(_scheme), parsed.GetValue(_calibration),
        parsed.CommandResult.Command.Options.Contains(_data) ? parsed.GetValue(_data) : null, parsed.GetValue(_shapes), parsed.GetValue(_operators) ?? [],
        parsed.GetValue(_normalization));
}
