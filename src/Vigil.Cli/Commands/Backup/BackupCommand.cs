using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Backup;
using Vigil.Cli.Host.Rules;
using Vigil.Storage;
using Vigil.Storage.Backup;

namespace Vigil.Cli.Commands.Backup;

/// <summary><c>vigil backup</c>: a backup of one moment, encrypted to a public key.</summary>
internal static partial class BackupCommand
{
    private static readonly Option<string> To = new("--to") { Description = "Folder that backups are kept in; each gets a folder of its own", Required = true, HelpName = "folder" };

    private static readonly Option<string?> Recipient = new("--recipient")
    {
        Description = "To whom it is encrypted: a file with a public key of gpg or age, an age recipient, or a key of gpg's keyring (default: BACKUP_RECIPIENT)",
        HelpName = "key",
    };

    private static readonly Option<bool> Unencrypted = new("--unencrypted") { Description = "Do not encrypt: whoever reads the folder reads all payments" };

    private static readonly Option<string?> Keep = new("--retention")
    {
        Description = "Delete older backups of this database but the newest of so many days, weeks and months, such as 7d,4w,12m",
        HelpName = "days,weeks,months",
    };

    private static readonly Option<string?> S3 = new("--s3") { Description = "Copy it there, too, with the aws client", HelpName = "s3://bucket/prefix" };

    private static readonly Option<bool> NoModels = new("--no-models") { Description = "Leave the models' folder out" };

    private static readonly Option<string?> Metrics = new("--metrics-file")
    {
        Description = "Write age, size and duration there, for node_exporter's textfile collector; the name ends in .prom",
        HelpName = "file",
    };

    private static readonly Option<string?> Database = DataPaths.DatabaseOption();

    private static readonly Option<string?> Models = DataPaths.ModelsOption();

    private static readonly Option<bool> Json = new("--json") { Description = "Write the answer as JSON" };

    public static Command Create()
    {
        var command = new Command("backup",
            """
            Back the database up, and the models: one moment of it, compressed, encrypted and with checksums

            Needs no private key. May run while Vigil decides. It needs pg_dump for PostgreSQL, and gpg or age. The exit code
            is 1 where the backup was made and the copy to S3 was not.

            Examples:
              vigil backup --to /backups --recipient backup-public-key.asc
              vigil backup --to /backups --recipient age1... --retention 7d,4w,12m --s3 s3://bucket/vigil
            """)
        { To, Recipient, Unencrypted, Keep, S3, NoModels, Metrics, Database, Models, Json };
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using var shutdown = new Shutdown();
        var settings = Settings.Read();
        var paths = DataPaths.Of(parsed.GetValue(Database), parsed.GetValue(Models), settings);
        paths.RequireDatabase();
        var recipient = parsed.GetValue(Unencrypted) ? null : parsed.GetValue(Recipient) ?? settings["BACKUP_RECIPIENT"]
            ?? throw new CommandException("name the public key to encrypt to with --recipient (or BACKUP_RECIPIENT), or say --unencrypted", ExitCode.Usage);
        var retention = ReadRetention(parsed.GetValue(Keep));
        if (parsed.GetValue(S3) is { } uri && !uri.StartsWith("s3://", StringComparison.Ordinal))
            throw new CommandException("--s3 begins with s3://", ExitCode.Usage);
        var options = new BackupOptions(paths.Database, parsed.GetValue(To)!, recipient, parsed.GetValue(NoModels) ? null : paths.Models, VigilVersion.Text);
        var folder = new StepProgress().Run("Backing up", report => new BackupWriter(options, TimeProvider.System, (what, bytes) => report(
            0, string.Create(CultureInfo.InvariantCulture, $"{what}, {bytes / 1e6:N0} MB"))).Run(shutdown.Token));
        var manifest = BackupManifest.Read(Path.Combine(folder, BackupManifest.FileName));
        var record = new BackupRecord(new DateTimeOffset(manifest.MadeAt).ToUnixTimeSeconds(), manifest.Size, manifest.Seconds);
        using (var store = Store.Open(paths.Database))
            store.SaveBackup(record);
        if (parsed.GetValue(Metrics) is { } file)
            BackupMetricsFile.Write(file, record);
        var problem = Copy(folder, parsed.GetValue(S3));
        var deleted = problem is null && retention is not null ? retention.Apply(parsed.GetValue(To)!, manifest.Database) : [];
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{folder}: {manifest.Facts.Transactions:N0} transactions, {manifest.Size / 1e6:N1} MB, {manifest.Seconds:N1} s, {manifest.Encryption}")
            + (deleted.Count == 0 ? "" : $"\ndeleted: {string.Join(", ", deleted)}");
        CliOutput.Write(parsed.GetValue(Json), new BackupAnswer(folder, manifest.Facts.Transactions, manifest.Size, manifest.Seconds, deleted, problem), CliJson.Default.BackupAnswer, text);
        if (problem is null)
            return ExitCode.Ok;
        Console.Error.WriteLine($"vigil: {problem}");
        return ExitCode.Incomplete;
    }

    private static string? Copy(string folder, string? uri)
    {
        if (uri is null)
            return null;
        try
        {
            S3Copy.Run(folder, uri);
            return null;
        }
        catch (StorageException e)
        {
            return e.Message;
        }
    }

    private static Retention? ReadRetention(string? text)
    {
        if (text is null)
            return null;
        var match = RetentionText().Match(text);
        return match.Success && text.Length > 0 && new Retention(Number(1), Number(2), Number(3)) is var retention && retention != new Retention(0, 0, 0)
            ? retention
            : throw new CommandException("--retention is days, weeks and months to keep, such as 7d,4w,12m", ExitCode.Usage);

        int Number(int group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"\A(?:(\d{1,4})d)?,?(?:(\d{1,4})w)?,?(?:(\d{1,4})m)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex RetentionText();
}
