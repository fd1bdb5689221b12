using System.CommandLine;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Tool;

/// <summary>The commands. Results go to the output, diagnostics to the error writer; the exit code is 0 unless an error was told.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line.</summary>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        var root = new RootCommand("The EdgeAI stages on one file, for people and scripts.")
        {
            AllocateCommand(output, errors),
            InspectCommand(output, errors),
        };
        return root.Parse(arguments).Invoke(new() { Output = output, Error = errors, EnableDefaultExceptionHandler = false });
    }

    private static Command AllocateCommand(TextWriter output, TextWriter errors)
    {
        var buffers = new Argument<string>("buffers.csv") { Description = "Columns id, lower, upper (the first step after the last) and size; alignment if wanted." };
        var offsets = new Option<string?>("--out") { Description = "Writes the buffers with their offsets to this csv file." };
        var command = new Command("allocate", "Places buffers with known lifetimes in the smallest arena and prints one line of JSON.") { buffers, offsets };
        command.SetAction(parsed => Guarded(
            errors, () => Allocation.Run(parsed.GetRequiredValue(buffers), parsed.GetValue(offsets), output)));
        return command;
    }

    private static Command InspectCommand(TextWriter output, TextWriter errors)
    {
        var model = new Argument<string>("model") { Description = "An ONNX or TensorFlow Lite file." };
        var target = new Option<string>("--target") { Description = "The target the arena is planned for.", DefaultValueFactory = _ => "cortex-m4" };
        var scheme = new Option<QuantizationScheme>("--quantization") { Description = "As the metadata Quantization of an EdgeAIModel." };
        var command = new Command("inspect", "Prints what a model is made of and what it takes.") { model, target, scheme };
        command.SetAction((parsed, cancellation) => Task.FromResult(Guarded(
            errors,
            () => Inspection.Run(
                parsed.GetRequiredValue(model), parsed.GetRequiredValue(target), parsed.GetValue(scheme), output, errors, cancellation))));
        return command;
    }

    private static int Guarded(TextWriter errors, Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (DiagnosticException error)
        {
            foreach (Diagnostic diagnostic in error.Diagnostics)
            {
                errors.WriteLine(diagnostic);
            }
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("cancelled");
        }
#pragma warning disable CA1031 // The border to the user: whatever went wrong is told in one line.
        catch (Exception error)
#pragma warning restore CA1031
        {
            errors.WriteLine(DiagnosticCatalog.InternalError.With(null, "of the command line", error.Message));
        }

        return 1;
    }
}
