namespace Vigil.Storage.Backup;

/// <summary>How to back up.</summary>
/// <param name="Place">Path of a SQLite file, or URL of a PostgreSQL database.</param>
/// <param name="Folder">Where backups are kept; made where it is missing.</param>
/// <param name="Recipient">A file with a public key of gpg or age, an age recipient, or a key of gpg's keyring; null for none.</param>
/// <param name="Models">Folder of models to take along; null for none.</param>
/// <param name="Vigil">Version of the program.</param>
public sealed record BackupOptions(string Place, string Folder, string? Recipient, string? Models, string Vigil);
