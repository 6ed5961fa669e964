using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Vigil.Tests.Cli.Observe;

/// <summary>The files under deploy/, and the programs that check them.</summary>
internal static class Shipped
{
    public static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", ".."));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root(), path));

    /// <summary>Runs a program in a folder of the repository; skips the test where it is not installed.</summary>
    public static (int ExitCode, string Said) Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.Combine(Root(), folder),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = StartOrSkip(start);
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    public static Process StartOrSkip(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{start.FileName} is not installed (Debian: prometheus, prometheus-alertmanager); ./test installs it");
            throw;
        }
    }
}
