using System.CommandLine;
using System.Net;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Doctor;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil health</c>: asks a service of this machine how it is, for containers that have no curl.</summary>
internal static class HealthCommand
{
    private const string Api = "api";
    private const string Detect = "detect";

    private static readonly Argument<string> Service = new("service") { Description = "api or detect", DefaultValueFactory = _ => Api };

    private static readonly Option<bool> Live = new("--live") { Description = "Ask whether it lives, not whether it is ready for work" };

    private static readonly Option<int?> Port = new("--port") { Description = "Its port (default: API_PORT, then 8000; of detect PROMETHEUS_PORT, then 8001)" };

    private static readonly Option<int> Seconds = new("--timeout") { Description = "Seconds to wait, 1 to 60", DefaultValueFactory = _ => 5 };

    public static Command Create()
    {
        Service.AcceptOnlyFromAmong(Api, Detect);
        var command = new Command("health",
            """
            Ask a service that runs here whether it is ready, and write its answer

            The exit code is 0 where it is, 1 where it answers that it is not, 3 where nothing answers.

            Examples:
              vigil health
              vigil health detect --live
              vigil health api --port 8010 --timeout 2
            """)
        { Service, Live, Port, Seconds };
        command.SetAction((parsed, cancel) => RunAsync(parsed, cancel));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var seconds = parsed.GetValue(Seconds);
        if (seconds is < 1 or > 60)
            throw new CommandException($"--timeout is from 1 to 60, not {seconds}", ExitCode.Usage);
        var path = parsed.GetValue(Live) ? "/health/live" : "/health/ready";
        var url = new Uri(ServerOf(parsed), path);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(seconds) };
        try
        {
            using var answer = await client.GetAsync(url, cancel);
            Console.WriteLine(await answer.Content.ReadAsStringAsync(cancel));
            return answer.IsSuccessStatusCode ? ExitCode.Ok : ExitCode.Incomplete;
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"{url} does not answer: {e.Message}", inner: e);
        }
        catch (TaskCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new CommandException($"{url} does not answer within {seconds} s", inner: e);
        }
    }

    private static Uri ServerOf(ParseResult parsed)
    {
        var settings = Settings.Read();
        try
        {
            var api = PortChecks.Api(name => settings[name]);
            var port = parsed.GetValue(Port) ?? (parsed.GetValue(Service) == Api ? api.Port : ConfigurationChecks.MetricsPort(name => settings[name]));
            return port is > 0 and <= ushort.MaxValue
                ? PortChecks.Local(IPAddress.Parse(api.Host), port)
                : throw new CommandException($"{port} is no port to ask: name one with --port", ExitCode.Usage);
        }
        catch (FormatException e)
        {
            throw new CommandException(e.Message, ExitCode.Usage, e);
        }
    }
}
