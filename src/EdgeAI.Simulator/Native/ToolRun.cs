using System.Diagnostics;
using System.Text;

namespace EdgeAI.Simulator.Native;

/// <summary>Starts a tool, waits for it with a time limit, and ends it with all its children when cancelled.</summary>
internal static class ToolRun
{
    /// <summary>Exit code and what the tool printed (both streams); exit code −1 when it passed the limit.</summary>
    public static (int ExitCode, string Output) Run(
        string tool, IEnumerable<string> arguments, string folder, TimeSpan limit, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(tool)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.Environment["LC_ALL"] = "C";
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        DataReceivedEventHandler collect = (_, line) =>
        {
            if (line.Data is not null)
            {
                lock (output)
                {
                    output.Append(line.Data).Append('\n');
                }
            }
        };
        process.OutputDataReceived += collect;
        process.ErrorDataReceived += collect;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using CancellationTokenRegistration kill = cancellation.Register(() => Kill(process));
        bool ended = process.WaitForExit(limit);
        if (!ended)
        {
            Kill(process);
        }

        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        lock (output)
        {
            return (ended ? process.ExitCode : -1, output.ToString());
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
