using System.Net.Http.Headers;
using System.Text;

namespace Vigil.Training.Registry.Mlflow;

/// <summary>Where an MLflow server is and who asks.</summary>
public sealed class MlflowSettings
{
    private MlflowSettings(Uri server, AuthenticationHeaderValue? authorization) => (Server, Authorization) = (server, authorization);

    /// <summary>The server, without credentials, with a slash at its end.</summary>
    public Uri Server { get; }

    /// <summary>Sent with every call; null for none. Never logged.</summary>
    internal AuthenticationHeaderValue? Authorization { get; }

    /// <summary>How long one call may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the transfer of one file may take.</summary>
    public TimeSpan TransferTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long to wait before a call is made again; doubled each time.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Reads an address and MLflow's own variables: MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD give Basic, else
    /// MLFLOW_TRACKING_TOKEN gives Bearer; MLFLOW_HTTP_REQUEST_TIMEOUT is in seconds.
    /// </summary>
    /// <exception cref="RegistryException">The address is no http(s) URL.</exception>
    public static MlflowSettings Read(string address, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(variable);
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0)
            throw new RegistryException("MLFLOW_TRACKING_URI is no address of a server: write it as http://host:5001.");
        var server = new UriBuilder(uri) { UserName = "", Password = "" }.Uri;
        var seconds = variable("MLFLOW_HTTP_REQUEST_TIMEOUT");
        var timeout = seconds is null ? 10
            : int.TryParse(seconds, System.Globalization.CultureInfo.InvariantCulture, out var given) && given is > 0 and <= 3_600 ? given
            : throw new RegistryException($"MLFLOW_HTTP_REQUEST_TIMEOUT is no number of seconds from 1 to 3600: {seconds}");
        return new MlflowSettings(server, Authorize(uri, variable)) { Timeout = TimeSpan.FromSeconds(timeout) };
    }

    private static AuthenticationHeaderValue? Authorize(Uri uri, Func<string, string?> variable)
    {
        if (variable("MLFLOW_TRACKING_USERNAME") is { } user && variable("MLFLOW_TRACKING_PASSWORD") is { } password)
            return Basic($"{user}:{password}");
        if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
            return Basic(Uri.UnescapeDataString(uri.UserInfo));
        return variable("MLFLOW_TRACKING_TOKEN") is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
    }

    private static AuthenticationHeaderValue Basic(string credentials) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
}
