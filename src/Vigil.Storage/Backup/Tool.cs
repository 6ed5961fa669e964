using System.Diagnostics;

namespace Vigil.Storage.Backup;

/// <summary>A program that is run beside this one: what it says on standard error becomes the message of its failure.</summary>
internal sealed class Tool : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly string _what;

    private Tool(Process process, string what)
    {
        (_process, _what) = (process, what);
        _errors = process.StandardError.ReadToEndAsync();
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <param name="program">Its name, found on the PATH.</param>
    /// <param name="package">The package that has it, for the message where it is missing.</param>
    /// <param name="environment">Variables that it gets beside this process's.</param>
    /// <param name="arguments">Never a password: everybody on the machine can read them.</param>
    public static Tool Start(string program, string package, IEnumerable<KeyValuePair<string, string>>? environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        try
        {
            return new Tool(Process.Start(start)!, program);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new StorageException(StorageFailure.Other, $"the program {program} cannot be run ({e.Message}): install it ({package})", e);
        }
    }

    /// <summary>Whether a program is there.</summary>
    public static bool Exists(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));

    /// <summary>Waits for its end.</summary>
    /// <param name="explain">A better message than the program's own, or null.</param>
    public void Finish(Func<string, string?>? explain = null)
    {
        _process.WaitForExit();
        if (_process.ExitCode == 0)
            return;
        var said = _errors.GetAwaiter().GetResult().Trim();
        throw new StorageException(
            StorageFailure.Other, explain?.Invoke(said) ?? $"{_what} failed (exit code {_process.ExitCode}): {(said.Length == 0 ? "it said nothing" : said)}");
    }

    public void Dispose()
    {
        try
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended in between.
        }

        _process.WaitForExit();
        _process.Dispose();
    }
}
