using Microsoft.Extensions.Logging;

namespace Vigil.Cli.Host;

/// <summary>Hands the API's entries to the process's log, which outlives it.</summary>
internal sealed class HostLoggerProvider(ILoggerFactory loggers) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => loggers.CreateLogger(categoryName);

    public void Dispose()
    {
    }
}
