using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Storage;
using Vigil.Storage.Audit;

namespace Vigil.Cli.Commands.Audit;

/// <summary><c>vigil audit verify</c>: computes the chain of hashes again.</summary>
internal static class AuditVerifyCommand
{
    public static Command Create()
    {
        var database = DataPaths.DatabaseOption();
        var json = new Option<bool>("--json") { Description = "Write the answer as JSON" };
        var known = new Option<string?>("--head")
        {
            Description = "A head that was written down before, such as that of a backup's manifest: it must be in the chain",
            HelpName = "height:hash",
        };
        var command = new Command("verify",
            """
            Compute the hashes of the audit trail again and say whether anything was changed, taken out or put in

            The chain alone cannot tell that its newest entries were taken away, or that all of it was made anew: keep its
            head elsewhere (each backup does) and name it with --head. The exit code is 1 where the chain is broken.

            Examples:
              vigil audit verify
              vigil audit verify --json --head 1204:5f2c...
            """)
        { known, database, json };
        command.SetAction(parsed =>
        {
            var paths = DataPaths.Of(parsed.GetValue(database), null, Settings.Read());
            paths.RequireDatabase();
            var head = Head(parsed.GetValue(known));
            using var store = Store.Open(paths.Database);
            var found = store.Audit.Verify(head);
            CliOutput.Write(parsed.GetValue(json), found, CliJson.Default.AuditVerification, Text(found));
            return found.IsIntact ? ExitCode.Ok : ExitCode.Incomplete;
        });
        return command;
    }

    private static string Text(AuditVerification found) => found.IsIntact
        ? string.Create(CultureInfo.InvariantCulture, $"{found.Head.Height:N0} entries, the chain is intact; head {found.Head}")
        : string.Create(CultureInfo.InvariantCulture, $"the chain is broken: {(found.BrokenId is { } id ? $"entry {id} " : "it ")}{found.Problem}; intact up to {found.Head}");

    private static AuditHead? Head(string? text)
    {
        if (text is null)
            return null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && long.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && text.Length - colon - 1 == 64 && text[(colon + 1)..].All(char.IsAsciiHexDigitLower)
            ? new AuditHead(height, text[(colon + 1)..])
            : throw new CommandException("--head is height:hash as vigil audit verify writes it, the hash 64 hexadecimal digits", ExitCode.Usage);
    }
}
