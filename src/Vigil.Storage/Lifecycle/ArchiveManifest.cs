using System.Text.Json;
using Vigil.Storage.Backup;

namespace Vigil.Storage.Lifecycle;

/// <summary>What is in an archive: the file manifest.json beside its rows. It holds no personal data.</summary>
/// <param name="Format">Of this file; 1.</param>
/// <param name="Vigil">Version of the program that made it.</param>
/// <param name="Name">The archive's, and its folder's: the month, such as 2025-01, or 2025-01.2 for what came to it later.</param>
/// <param name="Database">The database, without a password.</param>
/// <param name="DatabaseMadeAt">When that was made: <see cref="Store.MadeAt()"/>.</param>
/// <param name="Schema">Version of its schema.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="FromTime">Event times from, microseconds since the epoch.</param>
/// <param name="ToTime">And before.</param>
/// <param name="Totals">What its rows add up to.</param>
/// <param name="File">The rows: gzip, a JSON object a line.</param>
/// <param name="Engines">The versions that made its decisions, by engine_id.</param>
/// <param name="FeatureSets">Content of their feature sets by hash: names of the stored features in their order.</param>
public sealed record ArchiveManifest(
    int Format, string Vigil, string Name, string Database, string DatabaseMadeAt, int Schema, DateTime CreatedAt, long FromTime,
    long ToTime, ArchiveTotals Totals, BackupFile File, SortedDictionary<string, EngineVersions> Engines, SortedDictionary<string, string> FeatureSets)
{
    public const int CurrentFormat = 1;
    public const string FileName = "manifest.json";

    public string ToJson() => JsonSerializer.Serialize(this, ArchiveJson.Pages.ArchiveManifest);

    /// <exception cref="InvalidDataException">It is none, or of a newer program.</exception>
    public static ArchiveManifest Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllText(path), ArchiveJson.Pages.ArchiveManifest) switch
            {
                null => throw new InvalidDataException($"{path} is empty: the archive is not whole, take a copy of it"),
                { Format: > CurrentFormat } newer => throw new InvalidDataException(
                    $"{path} is of format {newer.Format}, and this Vigil reads up to {CurrentFormat}: use the Vigil that made it ({newer.Vigil})"),
                { } manifest => manifest,
            };
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is damaged ({e.Message}): take a copy of the archive", e);
        }
        catch (IOException e)
        {
            throw new InvalidDataException($"{path} cannot be read ({e.Message}): name the folder of archives, or take a copy of the archive", e);
        }
    }
}
