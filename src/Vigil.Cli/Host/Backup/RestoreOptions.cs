using System.CommandLine;
using Vigil.Storage.Postgres;

namespace Vigil.Cli.Host.Backup;

/// <summary>What restoring and drilling ask for alike.</summary>
internal sealed class RestoreOptions
{
    private readonly Option<string?> _admin = new("--admin")
    {
        Description = "How a user connects who may create databases, where the database's own may not (default: VIGIL_ADMIN_URL). Its password: PGPASSFILE",
        HelpName = "url",
    };

    public Option<string?> Key { get; } = new("--key") { Description = "File with the private key of gpg or age (default: gpg's own keyring)", HelpName = "file" };

    public Option<bool> Json { get; } = new("--json") { Description = "Write the answer as JSON" };

    public void AddTo(Command command)
    {
        command.Options.Add(Key);
        command.Options.Add(_admin);
        command.Options.Add(Json);
    }

    public PostgresUrl? Admin(ParseResult parsed, Settings settings) =>
        (parsed.GetValue(_admin) ?? settings["VIGIL_ADMIN_URL"]) is { } url ? Url(url) : null;

    /// <exception cref="CommandException">It is none.</exception>
    public static PostgresUrl Url(string url)
    {
        try
        {
            return PostgresUrl.Parse(url);
        }
        catch (FormatException e)
        {
            throw new CommandException(e.Message, ExitCode.Usage, e);
        }
    }
}
