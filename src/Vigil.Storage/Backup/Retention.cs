using System.Globalization;

namespace Vigil.Storage.Backup;

/// <summary>Which backups stay: the newest of each of so many days, weeks and months that have one.</summary>
/// <param name="Daily">Days.</param>
/// <param name="Weekly">Weeks, as ISO 8601 has them.</param>
/// <param name="Monthly">Months.</param>
public sealed record Retention(int Daily, int Weekly, int Monthly)
{
    /// <summary>Deletes what need not stay. The newest whole backup always stays, and so does all that is not whole.</summary>
    /// <param name="folder">The folder of backups.</param>
    /// <param name="database">The database whose backups are meant: those of others stay.</param>
    /// <returns>Names of what was deleted.</returns>
    public IReadOnlyList<string> Apply(string folder, string database)
    {
        var backups = Whole(folder, database).OrderByDescending(backup => backup.Manifest.MadeAt).ToList();
        var kept = backups.Take(1).Select(backup => backup.Folder).ToHashSet(StringComparer.Ordinal);
        Keep(Daily, at => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Keep(Weekly, at => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(at)}-{ISOWeek.GetWeekOfYear(at)}"));
        Keep(Monthly, at => at.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        var deleted = new List<string>();
        foreach (var backup in backups.Where(backup => !kept.Contains(backup.Folder)))
        {
            // What is being deleted is no backup any more, also where this is killed halfway.
            var doomed = Path.Combine(Path.GetDirectoryName(backup.Folder)!, BackupWriter.Draft + Path.GetFileName(backup.Folder));
            Directory.Move(backup.Folder, doomed);
            Directory.Delete(doomed, recursive: true);
            deleted.Add(Path.GetFileName(backup.Folder));
        }

        return deleted;

        void Keep(int count, Func<DateTime, string> period) => kept.UnionWith(
            backups.GroupBy(backup => period(backup.Manifest.MadeAt)).Take(count).Select(group => group.First().Folder));
    }

    private static IEnumerable<BackupReader> Whole(string folder, string database)
    {
        foreach (var path in Directory.GetDirectories(folder, "vigil-*"))
        {
            BackupReader backup;
            try
            {
                backup = BackupReader.Open(path, null);
            }
            catch (InvalidDataException)
            {
                continue;
            }

            var files = new[] { backup.Manifest.Data, backup.Manifest.Models }.OfType<BackupFile>();
            if (backup.Manifest.Database == database
                && files.All(file => new FileInfo(Path.Combine(path, file.Name)) is { Exists: true } found && found.Length == file.Bytes))
                yield return backup;
        }
    }
}
