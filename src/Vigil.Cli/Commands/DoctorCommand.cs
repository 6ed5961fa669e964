using System.CommandLine;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Doctor;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil doctor</c>: looks at everything that Vigil depends on, and says what to do.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object" };

    private static readonly Option<int> Seconds = new("--timeout")
    {
        Description = "How long each check may take, in seconds, 1 to 300; they run side by side",
        DefaultValueFactory = _ => 15,
    };

    private static readonly Option<string?> Database = new("--database")
    {
        Description = "postgresql://... or sqlite:///path (default: DATABASE_URL, then data/vigil.db)",
    };

    private static readonly Option<string?> Models = DataPaths.ModelsOption();

    public static Command Create()
    {
        var command = new Command("doctor",
            """
            Check the configuration and everything that Vigil depends on, and say what to do

            Changes nothing. The exit code is 1 where something does not work, else 0; warnings do not count.

            Examples:
              vigil doctor
              vigil doctor --json | jq '.findings[] | select(.status == "fail")'
            """)
        { Json, Seconds, Database, Models };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var seconds = parsed.GetValue(Seconds);
        if (seconds is < 1 or > 300)
            throw new CommandException($"--timeout is from 1 to 300, not {seconds}", ExitCode.Usage);
        var folder = Directory.GetCurrentDirectory();
        var (settings, broken) = ReadSettings(folder);
        var target = new DoctorTarget(
            name => settings[name], Path.Combine(folder, ".env"), parsed.GetValue(Database), parsed.GetValue(Models), TimeProvider.System)
        {
            Kafka = [.. settings.WithPrefix("KAFKA_")],
        };
        var report = await Doctor.ExamineAsync(target, TimeSpan.FromSeconds(seconds));
        if (broken is not null)
            report = DoctorReport.Of([broken, .. report.Findings]);
        if (parsed.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(report, DoctorJson.Default.DoctorReport));
        else
            Write(report);
        return report.Status == FindingStatus.Fail ? ExitCode.Incomplete : ExitCode.Ok;
    }

    /// <summary>The variables; where the file .env cannot be read, those of the environment, and a finding.</summary>
    private static (Settings Settings, Finding? Broken) ReadSettings(string folder)
    {
        try
        {
            return (Settings.Read(folder), null);
        }
        catch (Exception e) when (e is CommandException or IOException or UnauthorizedAccessException)
        {
            // A folder without such a file.
            return (Settings.Read(Path.Combine(folder, ".env", "none")), Finding.Fail("configuration.env_file", e.Message, "correct the file .env"));
        }
    }

    private static void Write(DoctorReport report)
    {
        var width = report.Findings.Max(finding => finding.Name.Length);
        foreach (var finding in report.Findings)
        {
            var status = finding.Status.ToString().ToLowerInvariant();
            Console.WriteLine($"{status,-7} {finding.Name.PadRight(width)}  {finding.Found}");
            if (finding is { Do: { } what, Status: not FindingStatus.Ok })
                Console.WriteLine($"{"",-7} {"".PadRight(width)}  -> {what}");
        }

        Console.WriteLine();
        Console.WriteLine(string.Join(", ", report.Findings.GroupBy(finding => finding.Status).OrderByDescending(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}")));
    }
}
