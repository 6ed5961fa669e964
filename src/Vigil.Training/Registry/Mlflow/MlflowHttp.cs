using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vigil.Training.Registry.Mlflow;

/// <summary>
/// One call after the other to an MLflow server: bodies with a Content-Length (a chunked one arrives empty), credentials,
/// deadlines, calls made again where that changes nothing, and errors in words.
/// </summary>
internal sealed class MlflowHttp : IDisposable
{
    private const int Attempts = 3;
    private const int MaxShown = 300;

    private readonly MlflowSettings _settings;
    private readonly HttpClient _http;

    internal MlflowHttp(MlflowSettings settings)
    {
        _settings = settings;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            BaseAddress = settings.Server,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = settings.Authorization;
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("vigil", "1"));
    }

    internal Uri Server => _settings.Server;

    /// <summary>Asks for JSON.</summary>
    internal JsonElement Get(string path, CancellationToken cancel) =>
        Json(Send(HttpMethod.Get, path, null, true, _settings.Timeout, cancel), path);

    /// <summary>Sends JSON.</summary>
    /// <param name="method">POST, DELETE, ...</param>
    /// <param name="path">Under the server's address.</param>
    /// <param name="body">The object.</param>
    /// <param name="isRepeatable">Whether a second time changes nothing.</param>
    /// <param name="cancel">Stops it.</param>
    internal JsonElement Post(HttpMethod method, string path, JsonObject body, bool isRepeatable, CancellationToken cancel)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        return Json(
            Send(method, path, () => Content(bytes, "application/json"), isRepeatable, _settings.Timeout, cancel), path);
    }

    internal byte[] Download(string path, CancellationToken cancel) =>
        Send(HttpMethod.Get, path, null, true, _settings.TransferTimeout, cancel);

    internal void Upload(HttpMethod method, string path, ReadOnlyMemory<byte> content, CancellationToken cancel) =>
        Send(method, path, () => Content(content, "application/octet-stream"), true, _settings.TransferTimeout, cancel);

    public void Dispose() => _http.Dispose();

    private byte[] Send(HttpMethod method, string path, Func<HttpContent>? content, bool isRepeatable, TimeSpan timeout, CancellationToken cancel)
    {
        var delay = _settings.RetryDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return SendOnce(method, path, content, timeout, cancel);
            }
            catch (MlflowException e) when (isRepeatable && attempt < Attempts && IsPassing(e.Status))
            {
                if (cancel.WaitHandle.WaitOne(delay))
                    cancel.ThrowIfCancellationRequested();
                delay *= 2;
            }
        }
    }

    private static bool IsPassing(HttpStatusCode? status) =>
        status is null or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests;

    private byte[] SendOnce(HttpMethod method, string path, Func<HttpContent>? content, TimeSpan timeout, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content?.Invoke() };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(timeout);
        try
        {
            using var response = _http.Send(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            using var body = new MemoryStream();
            using (var stream = response.Content.ReadAsStream(deadline.Token))
            // A read has no deadline of its own: closing the stream ends it.
            using (deadline.Token.Register(stream.Dispose))
                stream.CopyTo(body);
            if (response.Content.Headers.ContentLength is { } length && length != body.Length)
                throw new IOException($"{body.Length} of {length} bytes came");
            return response.IsSuccessStatusCode ? body.ToArray() : throw Refused(method, path, response, body.ToArray());
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            var why = deadline.IsCancellationRequested ? $"no answer within {timeout.TotalSeconds:0.#} s" : e.Message;
            throw new MlflowException(
                $"MLflow at {Server} did not answer {Short(path)}: {why}. Is it running, and is MLFLOW_TRACKING_URI right?", null, "", e);
        }
        catch (Exception e) when (cancel.IsCancellationRequested && e is IOException or ObjectDisposedException)
        {
            throw new OperationCanceledException(cancel);
        }
    }

    private MlflowException Refused(HttpMethod method, string path, HttpResponseMessage response, byte[] body)
    {
        var (code, said) = Said(body);
        var advice = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => " Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.",
            HttpStatusCode.Forbidden when said.Contains("Host header", StringComparison.Ordinal) =>
                $" Start the server with --allowed-hosts \"{Server.Authority},localhost:*\".",
            HttpStatusCode.Forbidden => " The account may not do this: ask for the permission.",
            HttpStatusCode.ServiceUnavailable when said.Contains("--serve-artifacts", StringComparison.Ordinal) =>
                " Start the server with --serve-artifacts.",
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                $" It answers elsewhere ({response.Headers.Location}): set MLFLOW_TRACKING_URI to that.",
            HttpStatusCode.NotFound when code.Length == 0 => " Is this an MLflow server of version 2.3 or newer?",
            _ => "",
        };
        return new MlflowException(
            $"MLflow at {Server} refused {method} {Short(path)} ({(int)response.StatusCode}{(code.Length > 0 ? $" {code}" : "")}): {said.TrimEnd('.')}.{advice}",
            response.StatusCode, code);
    }

    /// <summary>MLflow's code and words; of a page or a text, its words.</summary>
    private static (string Code, string Said) Said(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.Text("error_code") is { Length: > 0 } code)
                return (code, Clip(json.RootElement.Text("message")));
        }
        catch (JsonException)
        {
            // A page, or a text.
        }

        var words = new StringBuilder();
        var isTag = false;
        foreach (var c in text)
        {
            if (c is '<' or '>')
                isTag = c == '<';
            else if (!isTag)
                words.Append(c);
        }

        return ("", Clip(words.ToString()));
    }

    private static string Clip(string text)
    {
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length == 0 ? "no reason given" : text.Length <= MaxShown ? text : text[..MaxShown] + "...";
    }

    private static string Short(string path) => path.Split('?')[0];

    private static ByteArrayContent Content(ReadOnlyMemory<byte> bytes, string type)
    {
        var content = new ByteArrayContent(bytes.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    private JsonElement Json(byte[] body, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new MlflowException(
                $"{Server} answered {Short(path)} with something else than JSON: is it an MLflow server, and MLFLOW_TRACKING_URI right?",
                HttpStatusCode.OK, "", e);
        }
    }
}
