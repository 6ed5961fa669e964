using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Vigil.Tests.Training.Registry.Mlflow;

/// <summary>Plays recorded answers of a real server, one after the other, and keeps what was asked.</summary>
internal sealed class TranscriptServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _playing;
    private readonly List<JsonNode> _exchanges;

    public TranscriptServer(string recording, params string[] labels)
    {
        var folder = Shared.PathOrSkip($"fixtures/mlflow/transcripts/{recording}");
        _exchanges = [.. labels.Select(label => JsonNode.Parse(File.ReadAllText(Directory.GetFiles(folder, $"???-{label}.json").Single()))!)];
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _playing = PlayAsync();
    }

    public string Url { get; }

    /// <summary>What differed from the recording.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Values of the header Authorization, as they came.</summary>
    public List<string?> Credentials { get; } = [];

    public void Dispose()
    {
        _listener.Close();
        _playing.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
    }

    private async Task PlayAsync()
    {
        foreach (var exchange in _exchanges)
        {
            var context = await _listener.GetContextAsync();
            var body = await new StreamReader(context.Request.InputStream).ReadToEndAsync();
            Check(exchange["request"]!, context.Request, body);
            Credentials.Add(context.Request.Headers["Authorization"]);
            var answer = exchange["response"]!;
            var bytes = Encoding.UTF8.GetBytes(answer["_text"]?.GetValue<string>() ?? answer.ToJsonString());
            context.Response.StatusCode = exchange["status"]!.GetValue<int>();
            context.Response.ContentLength64 = bytes.Length;
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
        }
    }

    private void Check(JsonNode expected, HttpListenerRequest request, string body)
    {
        var path = expected["path"]!.GetValue<string>().Split('?')[0];
        if (request.HttpMethod != expected["method"]!.GetValue<string>() || request.Url!.AbsolutePath != path)
            Problems.Add($"{request.HttpMethod} {request.Url!.AbsolutePath} instead of {expected["method"]} {path}");
        if (expected["body"] is not JsonObject json)
            return;
        if (request.Headers["Content-Length"] is null)
            Problems.Add($"{path} has no Content-Length");
        if (!JsonNode.DeepEquals(JsonNode.Parse(body), json))
            Problems.Add($"{path}: {body} instead of {json.ToJsonString()}");
    }
}
