using System.Globalization;

namespace Vigil.Storage.Backup;

/// <summary>What the database remembers of its last backup.</summary>
/// <param name="MadeAt">Seconds since the epoch.</param>
/// <param name="Bytes">Size of its files.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record BackupRecord(long MadeAt, long Bytes, double Seconds)
{
    internal const string Name = "vigil backup";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{MadeAt} {Bytes} {Seconds}");

    internal static BackupRecord? Parse(string? text) => text?.Split(' ') is [var at, var bytes, var seconds]
        && long.TryParse(at, CultureInfo.InvariantCulture, out var madeAt) && long.TryParse(bytes, CultureInfo.InvariantCulture, out var size)
        && double.TryParse(seconds, CultureInfo.InvariantCulture, out var took) ? new BackupRecord(madeAt, size, took) : null;
}
