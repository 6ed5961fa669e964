using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Vigil.Cli.Host;

namespace Vigil.Cli.Metrics;

/// <summary>
/// Looks now and then at the certificates that are really served at the places of TLS_CHECK (host:port, separated by
/// commas), as a renewed file that no server has read again helps nobody.
/// </summary>
internal sealed partial class CertificateWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Meter _meter = new(DatabaseWatch.MeterName);
    private readonly IReadOnlyList<(string Host, int Port)> _places;
    private readonly ConcurrentDictionary<string, DateTime> _ends = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _silent = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <exception cref="CommandException">TLS_CHECK is no list of places.</exception>
    public CertificateWatch(Settings settings, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        _places = Places(settings["TLS_CHECK"]);
        _meter.CreateObservableGauge(
            "vigil_certificate_expiry_timestamp_seconds",
            () => _ends.Select(end => new Measurement<double>((end.Value - DateTime.UnixEpoch).TotalSeconds, new KeyValuePair<string, object?>("place", end.Key))),
            null, "When the certificate ends that is served at a place of TLS_CHECK");
    }

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (_places.Count > 0)
        {
            await Task.WhenAll(_places.Select(place => LookAsync(place.Host, place.Port, cancel)));
            await Task.Delay(Interval, _time, cancel);
        }
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>When the certificate ends that is served somewhere, UTC.</summary>
    /// <exception cref="IOException">There is none, or it cannot be looked at; as SocketException, AuthenticationException or OperationCanceledException, too.</exception>
    internal static async Task<DateTime> EndAsync(string host, int port, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(host, port, patience.Token);
        DateTime? end = null;
        // One that is not trusted, or has ended, has an end all the same, and nothing is sent to it.
        await using var tls = new SslStream(
            client.GetStream(), false, (_, certificate, _, _) => (end = (certificate as X509Certificate2)?.NotAfter.ToUniversalTime()) is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, patience.Token);
        return end ?? throw new IOException("no certificate was shown");
    }

    /// <summary>The places of TLS_CHECK.</summary>
    /// <exception cref="CommandException">It is no list of places.</exception>
    internal static IReadOnlyList<(string Host, int Port)> Places(string? text) =>
        [.. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Place)];

    private static (string Host, int Port) Place(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535
            ? (text[..colon].Trim('[', ']'), port)
            : throw new CommandException($"TLS_CHECK is not a list of host:port: {text}", ExitCode.Usage);
    }

    private async Task LookAsync(string host, int port, CancellationToken cancel)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        try
        {
            _ends[place] = await EndAsync(host, port, cancel);
            _silent[place] = false;
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // Said once. What was seen last still holds.
            if (!_silent.GetValueOrDefault(place))
                Unreadable(_logger, place, e.Message);
            _silent[place] = true;
        }
    }

    [LoggerMessage(EventId = 4062, Level = LogLevel.Warning, Message = "The certificate of {Place} cannot be looked at: {Reason}")]
    private static partial void Unreadable(ILogger logger, string place, string reason);
}
