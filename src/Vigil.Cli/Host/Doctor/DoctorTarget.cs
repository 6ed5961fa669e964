using Vigil.Storage.Postgres;

namespace Vigil.Cli.Host.Doctor;

/// <summary>What is looked at.</summary>
/// <param name="Variables">Value of a variable, or null.</param>
/// <param name="EnvFile">Path of the file .env, whether it is there or not.</param>
/// <param name="Database">URL or path of the command line; null for the variable's.</param>
/// <param name="Models">Folder of the models on the command line; null for the one beside the database.</param>
/// <param name="Time">The clock that others are compared with.</param>
internal sealed record DoctorTarget(Func<string, string?> Variables, string EnvFile, string? Database, string? Models, TimeProvider Time)
{
    /// <summary>Skew that people notice in windows and lags; less is the network's.</summary>
    public static readonly TimeSpan MaxSkew = TimeSpan.FromSeconds(1);

    /// <summary>The variables that begin with KAFKA_.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Kafka { get; init; } = [];

    /// <summary>The database's URL; null where it is a SQLite file.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public PostgresUrl? Postgres() =>
        (Database ?? Variables("DATABASE_URL")) is { } url && PostgresUrl.Matches(url) ? PostgresUrl.Parse(url, Variables) : null;

    /// <summary>The database file and the models, as for <c>vigil run</c>.</summary>
    /// <exception cref="CommandException">The URL is of another kind.</exception>
    public DataPaths Paths()
    {
        if (Postgres() is null)
            return DataPaths.Of(Database, Models, Variables);
        return DataPaths.Of(Path.Combine(Path.GetFullPath("data"), "vigil.db"), Models, Variables);
    }

    /// <summary>Says whether a clock agrees with the one here.</summary>
    public static Finding Clock(TimeSpan ahead, TimeSpan uncertainty)
    {
        var found = ahead >= TimeSpan.Zero ? $"{ahead.TotalSeconds:0.000} s ahead of this machine" : $"{-ahead.TotalSeconds:0.000} s behind this machine";
        found += $" (known to {uncertainty.TotalMilliseconds:0.0} ms)";
        return ahead.Duration() - uncertainty > MaxSkew
            ? Finding.Warn("", found, "set both clocks by NTP: times of decisions and labels come from this machine, those of the server from there")
            : Finding.Ok("", found);
    }
}
