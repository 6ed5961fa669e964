using System.Globalization;
using System.Reflection;
using Vigil.Storage.Data;

namespace Vigil.Storage.Postgres;

/// <summary>A step from one schema to the next.</summary>
/// <param name="Version">Of the schema that it makes.</param>
/// <param name="Name">Such as 0001_initial.</param>
/// <param name="Sql">Its statements.</param>
/// <param name="DownSql">Those that take it back; null where that is not safe.</param>
internal sealed record PostgresScript(int Version, string Name, string Sql, string? DownSql)
{
    private const string Prefix = "Vigil.Storage.PostgresMigrations.";
    private const string Down = ".down";

    /// <summary>All scripts by number: 1, 2, ... without a gap.</summary>
    public static IReadOnlyList<PostgresScript> All { get; } = Load();

    /// <summary>Makes the roles and grants; may be run again.</summary>
    public static string Roles { get; } = Text("roles")!;

    /// <summary>Its statements, and the row that says so.</summary>
    public string UpSql => $"{Sql}\n{MigrationRecord.Sql(Version, Name, Sql)}\n";

    /// <summary>What takes it back, with that row; null where that is not safe. The first one takes their table, too.</summary>
    public string? TakeBackSql => DownSql is null || Version == 1 ? DownSql
        : string.Create(CultureInfo.InvariantCulture, $"{DownSql}\nDELETE FROM schema_migrations WHERE version = {Version};\n");

    private static List<PostgresScript> Load() =>
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal) && char.IsAsciiDigit(resource[Prefix.Length]))
            .Select(resource => resource[Prefix.Length..^".sql".Length])
            .Where(name => !name.EndsWith(Down, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new PostgresScript(
                int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, Text(name)!, Text(name + Down))),
    ];

    private static string? Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Prefix}{name}.sql");
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
