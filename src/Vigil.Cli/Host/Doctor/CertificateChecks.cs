using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Vigil.Cli.Metrics;

namespace Vigil.Cli.Host.Doctor;

/// <summary>When the certificates end that are really served at the places of TLS_CHECK.</summary>
internal static class CertificateChecks
{
    public static async Task LookAsync(DoctorTarget target, Findings findings)
    {
        var places = CertificateWatch.Places(target.Variables("TLS_CHECK"));
        if (places.Count == 0)
            findings.Add(Finding.Skipped("certificates", "TLS_CHECK names no place to look at", "where the API is served over TLS: TLS_CHECK=name:443"));
        await findings.AllAsync(places.Select(place => (
            string.Create(CultureInfo.InvariantCulture, $"{place.Host}:{place.Port}"),
            (Func<Task<Finding>>)(() => LookAsync(place.Host, place.Port, target.Time)), "")));
    }

    /// <summary>As the alert CertificateExpiring has it.</summary>
    internal static Finding Until(DateTime end, DateTime now)
    {
        const string Renew = "renew it (certbot renew), and have the server read it again (nginx -s reload)";
        var found = string.Create(CultureInfo.InvariantCulture, $"ends at {end:yyyy-MM-dd'T'HH:mm:ss'Z'}, in {(end - now).TotalDays:0} days");
        return end <= now ? Finding.Fail("", $"ended at {end:yyyy-MM-dd'T'HH:mm:ss'Z'}", Renew)
            : end - now < TimeSpan.FromDays(14) ? Finding.Warn("", found, Renew) : Finding.Ok("", found);
    }

    private static async Task<Finding> LookAsync(string host, int port, TimeProvider time)
    {
        try
        {
            return Until(await CertificateWatch.EndAsync(host, port, CancellationToken.None), time.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            return Finding.Fail("", $"cannot be looked at: {e.Message}", "see whether the server runs, or correct TLS_CHECK");
        }
    }
}
