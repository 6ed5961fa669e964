namespace Vigil.Cli.Host;

/// <summary>What the process answers to a shell. Scripts rely on them: never renumber.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Done, but not all is well: rows were rejected, or a replay found differences.</summary>
    public const int Incomplete = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>It could not be done; the reason is on standard error.</summary>
    public const int Failed = 3;

    /// <summary>Stopped by Ctrl-C or SIGTERM before it was done: 128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
