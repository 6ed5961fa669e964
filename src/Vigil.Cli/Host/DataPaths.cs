using System.CommandLine;
using Vigil.Storage.Postgres;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host;

/// <summary>Where a command finds the database and the models.</summary>
/// <param name="Database">Full path of the SQLite file, or the URL of a PostgreSQL database.</param>
/// <param name="Models">The model registry: a folder, or the URL of an MLflow server (with credentials, if it has them there).</param>
internal sealed record DataPaths(string Database, string Models)
{
    private Func<string, string?> _variable = _ => null;

    private const string Sqlite = "sqlite:///";
    private const string PasswordVariable = "PGPASSWORD";

    /// <summary>The option <c>--database</c>, for commands that take it.</summary>
    public static Option<string?> DatabaseOption() => new("--database")
    {
        Description = "sqlite:///path, the path of a SQLite file, or postgresql://user@host/database (default: DATABASE_URL, then data/vigil.db)",
    };

    /// <summary>The option <c>--models</c>, for commands that take it.</summary>
    public static Option<string?> ModelsOption() => new("--models")
    {
        Description = "Folder of the models, or the http(s) URL of an MLflow server (default: MLFLOW_TRACKING_URI, then models beside the database)",
    };

    /// <summary>Reads what the command line and the variables say.</summary>
    /// <param name="database">Of the command line, or null.</param>
    /// <param name="models">Of the command line, or null.</param>
    /// <param name="settings">The variables.</param>
    /// <param name="folder">Folder of the database where nothing else is said.</param>
    /// <exception cref="CommandException">The database is of a kind that this version does not have.</exception>
    public static DataPaths Of(string? database, string? models, Settings settings, string folder = "data") =>
        Of(database, models, name => settings[name], folder);

    /// <inheritdoc cref="Of(string?, string?, Settings, string)"/>
    /// <param name="variable">Value of a variable, or null.</param>
    public static DataPaths Of(string? database, string? models, Func<string, string?> variable, string folder = "data")
    {
        var place = database ?? variable("DATABASE_URL") ?? Path.Combine(folder, "vigil.db");
        // What opens the database, and programs such as pg_dump, look for the password in the environment alone.
        if (PostgresUrl.Matches(place) && variable(PasswordVariable) is { } password)
            Environment.SetEnvironmentVariable(PasswordVariable, password);
        if (PostgresUrl.Matches(place))
            return new DataPaths(place, Registry(models, variable, folder)) { _variable = variable, Folder = Path.GetFullPath(folder) };
        var path = Path.GetFullPath(File(place));
        return new DataPaths(path, Registry(models, variable, Path.GetDirectoryName(path)!)) { _variable = variable, Folder = Path.GetDirectoryName(path)! };
    }

    /// <summary>Where files are kept that are no database.</summary>
    public string Folder { get; private init; } = "";

    /// <summary>Where the last good model of a server is kept, for a start while the server is away.</summary>
    public string ModelCache => Path.Combine(Folder, "model-cache");

    /// <summary>Opens the model registry; nothing is read yet.</summary>
    /// <exception cref="CommandException">It is of a kind that Vigil does not know.</exception>
    public ModelRegistry OpenRegistry()
    {
        try
        {
            return ModelRegistry.Open(Models, _variable);
        }
        catch (RegistryException e)
        {
            throw new CommandException(e.Message, ExitCode.Usage, e);
        }
    }

    private static string Registry(string? models, Func<string, string?> variable, string folder)
    {
        var place = models ?? variable("MLFLOW_TRACKING_URI") ?? Path.Combine(folder, "models");
        return place.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || place.Contains("://", StringComparison.Ordinal) ? place : Path.GetFullPath(place);
    }

    /// <summary>Whether the database is on a server, and so has neither a file nor a folder.</summary>
    public bool IsOnServer => PostgresUrl.Matches(Database);

    /// <summary>The database as messages may name it: without a password.</summary>
    public string Place => IsOnServer ? PostgresUrl.Parse(Database).ToString() : Database;

    /// <summary>Makes the database's folder.</summary>
    /// <exception cref="CommandException">It cannot be made.</exception>
    public void CreateFolder()
    {
        var folder = IsOnServer ? Folder : Path.GetDirectoryName(Database)!;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"the folder {folder} cannot be made ({e.Message}): make its parent writable, or choose another folder", inner: e);
        }
    }

    /// <summary>Whether there is such a file; of a server, opening it tells.</summary>
    public bool Exists => IsOnServer || System.IO.File.Exists(Database);

    /// <exception cref="CommandException">There is no such database.</exception>
    public void RequireDatabase()
    {
        if (!Exists)
            throw new CommandException($"there is no database {Database}: load something first, or name another with --database");
    }

    // As SQLAlchemy has it: three slashes and a relative path, or four and an absolute one.
    private static string File(string url)
    {
        if (url.StartsWith(Sqlite, StringComparison.Ordinal))
        {
            return url.Length > Sqlite.Length
                ? Uri.UnescapeDataString(url[Sqlite.Length..])
                : throw new CommandException("the database URL names no file: write sqlite:///path", ExitCode.Usage);
        }

        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
            return url;
        throw new CommandException($"a database URL begins with {Sqlite} or postgresql://, not {url[..scheme]}://", ExitCode.Usage);
    }
}
