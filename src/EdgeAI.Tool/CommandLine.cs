using System.CommandLine;
using System.CommandLine.Invocation;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Reporting.Documentation;

namespace EdgeAI.Tool;

/// <summary>The commands. Results go to the output, diagnostics and progress to the error writer; the exit code is 0 unless an error was told.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line.</summary>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        var root = new RootCommand("The EdgeAI stages on one file, for people and scripts.")
        {
            InspectCommand(output, errors),
            CompileCommand(output, errors),
            RunCommand(output, errors),
            CompareCommand(output, errors),
            OperatorsCommand(output, errors),
            AllocateCommand(output, errors),
        };
        ParseResult parsed = root.Parse(arguments);
        if (arguments.Count > 0 && parsed.Action is ParseErrorAction)
        {
            string command = parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
            errors.WriteLine(DiagnosticCatalog.CommandLineNotValid.With(null, string.Join(' ', parsed.Errors.Select(error => error.Message)), command));
            return 1;
        }

        return parsed.Invoke(new() { Output = output, Error = errors, EnableDefaultExceptionHandler = false });
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
        var model = new ModelOptions();
        Command command = model.AddTo(new Command("inspect", "Prints what a model is made of and what it takes."));
        command.SetAction((parsed, cancellation) => Told(errors, diagnostics =>
        {
            Inspection.Run(Opened(model, parsed, errors), output, diagnostics, cancellation);
            return true;
        }));
        return command;
    }

    private static Command CompileCommand(TextWriter output, TextWriter errors)
    {
        var model = new ModelOptions();
        var folder = new Option<string>("--out") { Description = "The folder for the C files.", DefaultValueFactory = _ => "firmware" };
        Command command = model.AddTo(new Command("compile", "Writes the firmware library of a model."));
        command.Add(folder);
        command.SetAction((parsed, cancellation) => Told(errors, diagnostics =>
        {
            Compilation.Run(Opened(model, parsed, errors), parsed.GetRequiredValue(folder), output, diagnostics, cancellation);
            return true;
        }));
        return command;
    }

    private static Command RunCommand(TextWriter output, TextWriter errors)
    {
        var model = new ModelOptions();
        var folder = new Option<string?>("--out") { Description = "Writes every output of every case into this folder as .npy." };
        Command command = model.AddTo(new Command("run", "Runs a model in its arena and prints its outputs."), takesData: true);
        command.Add(folder);
        command.SetAction((parsed, cancellation) => Told(errors, diagnostics =>
        {
            Execution.Run(Opened(model, parsed, errors), parsed.GetValue(folder), output, diagnostics, cancellation);
            return true;
        }));
        return command;
    }

    private static Command CompareCommand(TextWriter output, TextWriter errors)
    {
        var model = new ModelOptions();
        var reference = new Option<string?>("--reference") { Description = "An .npz of values inside the model by tensor name: names the first that differs." };
        var folder = new Option<string?>("--out") { Description = "Writes that value and the expected one into this folder as .npy." };
        Command command = model.AddTo(new Command("compare", "Compares a model's outputs with expected ones, in every engine of this machine."), takesData: true);
        command.Add(reference);
        command.Add(folder);
        command.SetAction((parsed, cancellation) => Told(
            errors, diagnostics => Execution.Compare(Opened(model, parsed, errors), parsed.GetValue(reference), parsed.GetValue(folder), output, diagnostics, cancellation)));
        return command;
    }

    private static Command OperatorsCommand(TextWriter output, TextWriter errors)
    {
        var command = new Command("operators", "Prints the operators that are read from files and the types they run in.");
        command.SetAction(_ => Guarded(errors, () => output.Write($"{SupportTables.Formats()}\n{SupportTables.Operators()}")));
        return command;
    }

    private static ToolModel Opened(ModelOptions model, ParseResult parsed, TextWriter errors) =>
        model.Of(parsed) with { Progress = new ProgressLines(errors, TimeProvider.System) };

    /// <summary>Runs a command that tells diagnostics; the exit code is 1 where it says that something does not agree.</summary>
    private static Task<int> Told(TextWriter errors, Func<ICollection<Diagnostic>, bool> action)
    {
        var diagnostics = new List<Diagnostic>();
        bool agrees = true;
        int code = Guarded(errors, () =>
        {
            try
            {
                agrees = action(diagnostics);
            }
            finally
            {
                foreach (Diagnostic told in diagnostics.Where(told => told.Severity != Severity.Note))
                {
                    errors.WriteLine(told);
                }
            }
        });
        return Task.FromResult(agrees ? code : 1);
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
            errors.WriteLine(DiagnosticCatalog.InternalError.With(null, "of the command line", error.Message.TrimEnd('.')));
        }

        return 1;
    }
}
