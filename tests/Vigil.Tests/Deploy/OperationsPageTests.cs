using System.Diagnostics;
using System.Text.RegularExpressions;
using Vigil.Tests.Cli;
using Vigil.Tests.Cli.Observe;
using Vigil.Tests.Detection.Kafka;
using Vigil.Tests.Storage;
using Vigil.Tests.Web.Caching;

namespace Vigil.Tests.Deploy;

/// <summary>docs/operations.md: its command blocks are run as they are written, from the top to the end.</summary>
[Collection(TakesItsTime.Name)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class OperationsPageTests : IDisposable
{
    private const string Heading = "## What of this page is not executed";

    private static readonly string Page = Repository.Read("docs/operations.md");

    private readonly TempFolder _folder = new();

    /// <summary>First line and text of each block.</summary>
    private static List<(string First, string Text)> Blocks =>
        [.. Regex.Matches(Page, "^```bash\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)
            .Select(match => (match.Groups[1].Value.Split('\n')[0], match.Groups[1].Value))];

    /// <summary>Why a block is not executed, by its first line.</summary>
    private static Dictionary<string, string> NotExecuted =>
        Regex.Matches(Page[Page.IndexOf(Heading, StringComparison.Ordinal)..], @"^\| `(.+?)` \| (.+) \|$", RegexOptions.Multiline)
            .ToDictionary(match => match.Groups[1].Value.Replace("\\|", "|", StringComparison.Ordinal), match => match.Groups[2].Value);

    private string Site => _folder.File("site");

    [Fact]
    public async Task Each_command_block_runs_as_it_is_written()
    {
        if (Environment.GetEnvironmentVariable("VIGIL_LONG") != "1")
            Assert.Skip("It takes a minute and a half: VIGIL_LONG=1 runs it.");
        using var broker = KafkaBroker.StartOrSkip();
        var server = PostgresServer.GetOrSkip();
        using var database = server.CreateMigratedDatabase();
        using var restored = server.CreateDatabase();
        var settings = await broker.SettingsAsync();
        var (api, detect) = (RedisServer.FreePort(), RedisServer.FreePort());
        await using var monitoring = new Monitoring();
        await monitoring.StartAsync([api], [detect]);
        Prepare();
        var kafka = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = settings.BootstrapServers,
            ["KAFKA_TOPIC"] = settings.Topic,
            ["KAFKA_DLQ_TOPIC"] = settings.DeadLetterTopic,
            ["KAFKA_DECISIONS_TOPIC"] = settings.DecisionsTopic,
            ["KAFKA_GROUP"] = settings.Group,
        };
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DATABASE_URL"] = database.UrlText,
            ["RESTORE_URL"] = restored.UrlText,
            ["VIGIL_ADMIN_URL"] = server.Url("postgres"),
            ["AZURE_API_KEY"] = VigilProcess.Key,
            ["METRICS_TOKEN"] = Monitoring.Token,
            ["KEY"] = VigilProcess.Key,
            ["API_PORT"] = $"{api}",
            ["PROMETHEUS_PORT"] = $"{detect}",
            ["GNUPGHOME"] = _folder.File("gnupg"),
            ["PATH"] = $"{_folder.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        foreach (var (name, value) in broker.IsReal ? kafka : [])
            variables[name] = value;
        var services = Directory.CreateDirectory(_folder.File("services")).FullName;
        File.WriteAllLines(Path.Combine(services, ".env"), kafka.Append(new("DATABASE_URL", database.UrlText)).Append(new("METRICS_TOKEN", Monitoring.Token)).Select(variable => $"{variable.Key}={variable.Value}"));
        var models = Path.Combine(Site, "data", "models");
        using var detector = VigilProcess.Start(services, "detect", "--metrics-port", $"{detect}", "--models", models);
        using var serving = await VigilProcess.ServeCommandAsync(services, "api", "--port", $"{api}", "--models", models);
        await monitoring.AnswersAsync("""up{job=~"fraud.*"} == 1""", 2);

        var skipped = NotExecuted;
        var ran = 0;
        var clock = Stopwatch.StartNew();
        foreach (var (first, text) in Blocks)
        {
            if (skipped.TryGetValue(first, out var reason) && !IsPossible(reason, broker))
                continue;
            var (exitCode, said) = await RunAsync(
                text.Replace("localhost:8000", $"127.0.0.1:{api}", StringComparison.Ordinal).Replace("localhost:8001", $"127.0.0.1:{detect}", StringComparison.Ordinal)
                    .Replace("localhost:9090", monitoring.Prometheus, StringComparison.Ordinal).Replace("/backups/", $"{_folder.Root}/backups/", StringComparison.Ordinal),
                variables);
            exitCode.ShouldBe(0, $"{text}\n{said}");
            TestContext.Current.TestOutputHelper?.WriteLine($"{clock.Elapsed.TotalSeconds,6:0.0} s  {first}");
            ran++;
        }

        ran.ShouldBeGreaterThan(15);
        File.Exists(Path.Combine(Site, "audit_trail.csv")).ShouldBeTrue();
        restored.Sql("SELECT count(*) FROM transactions")[0].ShouldBe(database.Sql("SELECT count(*) FROM transactions")[0]);
        await RunAsync("gpgconf --kill all", variables);
    }

    [Fact]
    public void What_is_not_executed_is_on_the_page_and_has_a_reason()
    {
        var blocks = Blocks.Select(block => block.First).ToList();
        blocks.ShouldBeUnique("blocks are told apart by their first line");
        foreach (var (first, reason) in NotExecuted)
        {
            blocks.ShouldContain(first);
            reason.ShouldMatch("^(needs |where |changes the machine)");
        }
    }

    [Fact]
    public void Links_within_the_page_lead_somewhere()
    {
        var headings = Regex.Matches(Page, @"^#+ (.+)$", RegexOptions.Multiline)
            .Select(match => Regex.Replace(match.Groups[1].Value.ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-')).ToHashSet();
        var links = Regex.Matches(Page, @"\]\(#([^)]+)\)").Select(match => match.Groups[1].Value).Distinct().ToList();
        links.Count.ShouldBeGreaterThan(20);
        links.Where(link => !headings.Contains(link)).ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsPossible(string reason, KafkaBroker broker) => reason.StartsWith("where ", StringComparison.Ordinal)
        && (reason.Contains("broker", StringComparison.Ordinal) ? broker.IsReal : IsInstalled(Regex.Match(reason, "`(.+?)` is missing").Groups[1].Value));

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private void Prepare()
    {
        foreach (var program in new[] { "bash", "jq", "curl", "psql", "gpg", "promtool", "amtool", "openssl" })
        {
            if (!IsInstalled(program))
                Assert.Skip($"{program} is not installed; ./test installs it");
        }

        Directory.CreateDirectory(Site);
        foreach (var copied in new[] { "deploy", "rules" })
            Copy(Repository.Path(copied), Path.Combine(Site, copied));
        File.Copy(Repository.Path(".env.example"), Path.Combine(Site, ".env.example"));
        var secrets = Directory.CreateDirectory(Path.Combine(Site, "deploy", "secrets"));
        File.WriteAllText(Path.Combine(secrets.FullName, "api_key"), VigilProcess.Key);
        Directory.CreateDirectory(_folder.File("backups"));
        Directory.CreateDirectory(_folder.File("gnupg"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var wrapper = Path.Combine(Directory.CreateDirectory(_folder.File("bin")).FullName, "vigil");
        File.WriteAllText(wrapper, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "vigil.dll")}' \"$@\"\n");
        File.SetUnixFileMode(wrapper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private async Task<(int ExitCode, string Said)> RunAsync(string block, Dictionary<string, string> variables)
    {
        // Into a file: what a block leaves running, such as gpg's agent, would keep a pipe open.
        var output = _folder.File("output");
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", $"exec >'{output}' 2>&1 </dev/null\n{block}"]) { WorkingDirectory = Site };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("KAFKA_", StringComparison.Ordinal) || name == "ENVIRONMENT").ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return (process.ExitCode, File.ReadAllText(output));
    }
}
