namespace Vigil.Storage.Backup;

/// <summary>A file of a backup.</summary>
/// <param name="Name">Its name in the backup's folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of the file as it is, so that it can be checked without a key.</param>
/// <param name="PlainBytes">Length of what is in it, before it was encrypted.</param>
/// <param name="PlainSha256">Of what is in it.</param>
public sealed record BackupFile(string Name, long Bytes, string Sha256, long PlainBytes, string PlainSha256);
