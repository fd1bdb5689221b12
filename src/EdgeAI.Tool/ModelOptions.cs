using System.CommandLine;

namespace EdgeAI.Tool;

/// <summary>The words that every command on a model file takes; they mean what the metadata of an EdgeAIModel means.</summary>
internal sealed class ModelOptions
{
    private readonly Argument<string> _model = new("model") { Description = "An ONNX or TensorFlow Lite file." };
    private readonly Option<string> _target = new("--target") { Description = "The target, or a *.target.json.", DefaultValueFactory = _ => "cortex-m4" };
    private readonly Option<string?> _scheme = new("--quantization") { Description = "Int8, Int16x8, Auto, Float32 or None: as the metadata Quantization." };
    private readonly Option<string?> _calibration = new("--calibration") { Description = "Representative inputs: arrays (.npy, .npz, .csv), pictures, .wav, or a folder." };
    private readonly Option<string?> _normalization = new("--normalization") { Description = "What a pixel becomes: as ImageNormalization." };
    private readonly Option<string?> _shapes = new("--input-shape") { Description = "Fixes extents: \"x:1,49,10,1;y:1,8\"." };
    private readonly Option<string?> _sram = new("--sram-budget") { Description = "Makes layers run row by row: as SramBudget, 24KiB." };
    private readonly Option<string?> _data = new("--data") { Description = "Inputs, with expected outputs or without: as TestData." };
    private readonly Option<string?> _labels = new("--labels") { Description = "The class of each case, for the accuracy: as TestLabels." };

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
        command.Add(_sram);
        command.Add(_operators);
        if (takesData)
        {
            command.Add(_data);
            command.Add(_labels);
        }

        return command;
    }

    /// <summary>The model that a parsed command line names.</summary>
    public ToolModel Of(ParseResult parsed)
    {
        bool takesData = parsed.CommandResult.Command.Options.Contains(_data);
        return ToolModel.Of(new ModelWords(parsed.GetRequiredValue(_model), parsed.GetRequiredValue(_target))
        {
            Scheme = parsed.GetValue(_scheme),
            Calibration = parsed.GetValue(_calibration),
            Normalization = parsed.GetValue(_normalization),
            Shapes = parsed.GetValue(_shapes),
            Operators = parsed.GetValue(_operators) ?? [],
            SramBudget = parsed.GetValue(_sram),
            Data = takesData ? parsed.GetValue(_data) : null,
            Labels = takesData ? parsed.GetValue(_labels) : null,
        });
    }
}
