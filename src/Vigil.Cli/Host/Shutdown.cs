using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Vigil.Cli.Host;

/// <summary>
/// Ctrl-C and SIGTERM: the first asks the command to finish, the second ends the process. One that comes at once is the
/// first again: timeout(1) and some terminals signal the process and then its group.
/// </summary>
internal sealed class Shutdown : IDisposable
{
    private static readonly TimeSpan SameSignal = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _signals;
    private long _askedAt;

    public Shutdown() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _asked.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _asked.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_asked.IsCancellationRequested)
        {
            _askedAt = Stopwatch.GetTimestamp();
            _asked.Cancel();
        }
        else if (Stopwatch.GetElapsedTime(_askedAt) > SameSignal)
        {
            Environment.Exit(ExitCode.Interrupted);
        }
    }
}
