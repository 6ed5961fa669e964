using System.Text.Json;

namespace Vigil.Storage.Backup;

/// <summary>What is in a backup: the file manifest.json, readable without a key. It holds no personal data and no secret.</summary>
/// <param name="Format">Of this file; 1.</param>
/// <param name="Vigil">Version of the program that made it.</param>
/// <param name="MadeAt">The moment that the database is shown at, UTC.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Kind">postgres or sqlite.</param>
/// <param name="Database">Server and name, or path; without a password.</param>
/// <param name="Server">Version of the server, or SQLite.</param>
/// <param name="Encryption">gpg, age or none.</param>
/// <param name="Recipient">To whom it is encrypted, as it was named; null where it is not.</param>
/// <param name="Facts">What the database held.</param>
/// <param name="Data">The file with the database.</param>
/// <param name="Models">The file with the models' folder; null where it was left out.</param>
public sealed record BackupManifest(
    int Format, string Vigil, DateTime MadeAt, double Seconds, string Kind, string Database, string Server, string Encryption,
    string? Recipient, DatabaseFacts Facts, BackupFile Data, BackupFile? Models)
{
    public const int CurrentFormat = 1;
    public const string FileName = "manifest.json";
    public const string Postgres = "postgres";
    public const string Sqlite = "sqlite";

    /// <summary>Bytes of its files.</summary>
    public long Size => Data.Bytes + (Models?.Bytes ?? 0);

    public string ToJson() => JsonSerializer.Serialize(this, BackupJson.Default.BackupManifest);

    /// <exception cref="InvalidDataException">It is none, or of a newer program.</exception>
    public static BackupManifest Read(string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllText(path), BackupJson.Default.BackupManifest);
            return manifest switch
            {
                null => throw new InvalidDataException($"{path} is empty: the backup is not whole, take another"),
                { Format: > CurrentFormat } => throw new InvalidDataException(
                    $"{path} is of format {manifest.Format}, and this Vigil reads up to {CurrentFormat}: use the Vigil that made it ({manifest.Vigil})"),
                _ => manifest,
            };
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is damaged ({e.Message}): take another backup", e);
        }
    }
}
