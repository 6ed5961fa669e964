using System.CommandLine;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Cli.Host.Rules;

/// <summary>What commands about rules and lists share: where the database is, who acts, what time it is.</summary>
internal sealed class Workplace
{
    private readonly Option<string?> _database = DataPaths.DatabaseOption();
    private readonly Option<string?> _models = DataPaths.ModelsOption();
    private readonly Option<bool> _json = new("--json") { Description = "Write the answer as JSON" };

    private readonly Option<string?> _actor = new("--as")
    {
        Description = "Your name, for the history and the audit trail (default: the name you are logged in with)",
    };

    private readonly Option<string?> _features = new("--features")
    {
        Description = "Whose features rules may name: default, handbook or a file (default: those that decide now)",
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="features">Whether it looks at rules.</param>
    /// <param name="writes">Whether it changes something.</param>
    /// <param name="models">Whether it is about models.</param>
    public Command AddTo(Command command, bool features = false, bool writes = false, bool models = false)
    {
        if (features)
            command.Options.Add(_features);
        if (features || models)
            command.Options.Add(_models);

        if (writes)
            command.Options.Add(_actor);
        command.Options.Add(_database);
        command.Options.Add(_json);
        return command;
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Who acts.</summary>
    /// <exception cref="CommandException">Nobody says, and the system does not know either.</exception>
    public string Actor(ParseResult parsed) =>
        parsed.GetValue(_actor) is { Length: > 0 } named ? named
        : Environment.UserName is { Length: > 0 } user ? user
        : throw new CommandException("say who you are with --as", ExitCode.Usage);

    public DataPaths Paths(ParseResult parsed) => DataPaths.Of(
        parsed.GetValue(_database), parsed.CommandResult.Command.Options.Contains(_models) ? parsed.GetValue(_models) : null, Settings.Read());

    /// <summary>Opens the database, which must be there.</summary>
    public Store Open(ParseResult parsed)
    {
        var paths = Paths(parsed);
        paths.RequireDatabase();
        return Store.Open(paths.Database);
    }

    /// <summary>Opens the database; null where there is none.</summary>
    public Store? TryOpen(ParseResult parsed)
    {
        var paths = Paths(parsed);
        return File.Exists(paths.Database) ? Store.Open(paths.Database) : null;
    }

    /// <summary>The features that rules may name.</summary>
    public FeatureSet Features(ParseResult parsed) => parsed.GetValue(_features) is { } named
        ? FeatureSetFile.Load(named)
        : KnownEngines.Features(Paths(parsed).OpenRegistry());

    /// <summary>The features that were named; null where none were.</summary>
    public FeatureSet? NamedFeatures(ParseResult parsed) => parsed.GetValue(_features) is { } named ? FeatureSetFile.Load(named) : null;

    public static long Now => Timestamp.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
}
