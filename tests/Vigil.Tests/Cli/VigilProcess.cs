using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Vigil.Tests.Cli;

/// <summary>The built vigil as a process of its own, in a folder of its own.</summary>
internal sealed class VigilProcess : IDisposable
{
    public const string Key = "a-key-of-tests-only-0123456789";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private VigilProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Exited += (_, _) => _serving.TrySetException(new InvalidOperationException($"vigil ended: {Output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything that it wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    public static VigilProcess Start(string folder, params string[] arguments) => Start(folder, Key, arguments);

    private static VigilProcess Start(string folder, string key, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "vigil.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "DATABASE_URL", "API_PORT", "API_HOST", "PROMETHEUS_PORT", "ENVIRONMENT", "FRONTEND_ORIGIN", "KAFKA_BOOTSTRAP_SERVERS", "API_DECISION_DEADLINE_MS" })
            start.Environment.Remove(name);
        start.Environment["AZURE_API_KEY"] = key;
        return new VigilProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
    }

    /// <summary>Starts <c>vigil run</c> on free ports and waits until it serves.</summary>
    public static Task<VigilProcess> ServeAsync(string folder, params string[] arguments) => ServeAsync(folder, false, arguments);

    /// <inheritdoc cref="ServeAsync(string, string[])"/>
    /// <param name="keyless">Whether no key is configured.</param>
    public static Task<VigilProcess> ServeAsync(string folder, bool keyless, params string[] arguments) =>
        ServeAsync(Start(folder, keyless ? "" : Key, ["run", "--port", "0", "--metrics-port", "0", .. arguments]));

    /// <summary>As <see cref="ServeAsync(string, string[])"/>, with a log for machines.</summary>
    public static Task<VigilProcess> ServeJsonAsync(string folder, params string[] arguments) =>
        ServeAsync(Start(folder, Key, ["run", "--port", "0", "--metrics-port", "0", "--log-format", "json", .. arguments]));

    /// <summary>As <see cref="ServeAsync(string, string[])"/>, on ports that are given.</summary>
    public static Task<VigilProcess> ServeAtAsync(string folder, int port, int metricsPort, params string[] arguments) =>
        ServeAsync(Start(folder, Key, ["run", "--port", $"{port}", "--metrics-port", $"{metricsPort}", .. arguments]));

    /// <summary>Starts a service with all its options and waits until it serves.</summary>
    public static Task<VigilProcess> ServeCommandAsync(string folder, params string[] arguments) => ServeAsync(Start(folder, arguments));

    /// <summary>Starts <c>vigil api</c> on a free port and waits until it serves.</summary>
    public static Task<VigilProcess> ServeApiAsync(string folder, params string[] arguments) =>
        ServeAsync(Start(folder, Key, ["api", "--port", "0", .. arguments]));

    private static async Task<VigilProcess> ServeAsync(VigilProcess process)
    {
        try
        {
            await process._serving.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return (await process.ExitAsync(), process.Output);
    }

    /// <summary>A client of the API with the administrator's key.</summary>
    public HttpClient Client()
    {
        var client = new HttpClient { BaseAddress = new Uri(Url("API docs").Replace("/api/docs", "", StringComparison.Ordinal)) };
        client.DefaultRequestHeaders.Add("X-API-Key", Key);
        return client;
    }

    /// <summary>The address behind a name of the welcome.</summary>
    public string Url(string name) =>
        Regex.Match(Output, name == "API docs" ? @"(?:API docs +|""api"":"")(http[^\s""]+)" : $@"{name} +(http\S+)").Groups[1].Value;

    public static HttpContent Json(byte[] json) =>
        new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate()
    {
        using var shell = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
        shell.WaitForExit();
        shell.ExitCode.ShouldBe(0);
    }

    /// <summary>Waits for its end, and for all that it wrote.</summary>
    public async Task<int> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line.Contains("Ctrl-C stops", StringComparison.Ordinal) || line.Contains("\"message\":\"Serving at ", StringComparison.Ordinal))
            _serving.TrySetResult();
    }
}
