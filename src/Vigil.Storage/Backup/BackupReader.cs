using System.Formats.Tar;
using System.IO.Compression;
using Vigil.Storage.Data;

namespace Vigil.Storage.Backup;

/// <summary>Reads a backup, after it was found to be whole and to be readable with the key at hand.</summary>
public sealed class BackupReader
{
    private readonly string? _key;

    private BackupReader(string folder, BackupManifest manifest, string? key) => (Folder, Manifest, _key) = (folder, manifest, key);

    public string Folder { get; }

    public BackupManifest Manifest { get; }

    /// <param name="path">The backup's folder, or its manifest.json.</param>
    /// <param name="key">File with the private key; null for gpg's own keyring.</param>
    /// <exception cref="InvalidDataException">It is no backup.</exception>
    public static BackupReader Open(string path, string? key)
    {
        var folder = Path.GetFullPath(File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path);
        var manifest = Path.Combine(folder, BackupManifest.FileName);
        if (!File.Exists(manifest))
            throw new InvalidDataException($"{path} is no backup: there is no {BackupManifest.FileName} in it; name the folder that vigil backup made");
        return new BackupReader(folder, BackupManifest.Read(manifest), key);
    }

    /// <summary>Checks every file: length, SHA-256, and that it decrypts to what was encrypted. Changes nothing.</summary>
    /// <exception cref="InvalidDataException">One is not as it was written.</exception>
    /// <exception cref="StorageException">It cannot be decrypted.</exception>
    public void Verify(CancellationToken cancel)
    {
        foreach (var file in new[] { Manifest.Data, Manifest.Models })
        {
            if (file is null)
                continue;
            CheckFile(file);
            if (Manifest.Encryption == Cipher.None)
                continue;
            using var nowhere = new HashingStream(Stream.Null);
            Decrypt(file, nowhere, cancel);
            if (nowhere.Sha256 != file.PlainSha256)
                throw new InvalidDataException($"{file.Name} decrypts to something else than was backed up: take another backup");
        }
    }

    /// <summary>Checks length and SHA-256 of a file, for which no key is needed.</summary>
    internal void CheckFile(BackupFile file) => WrittenFile.Check(
        Path.Combine(Folder, file.Name), file.Bytes, file.Sha256, "the backup is not whole, take another",
        "take another copy of this backup, or another backup");

    /// <summary>Writes what is in the file with the database.</summary>
    internal void Decrypt(BackupFile file, Stream to, CancellationToken cancel)
    {
        var path = Path.Combine(Folder, file.Name);
        if (Manifest.Encryption == Cipher.None)
        {
            using var plain = File.OpenRead(path);
            BackupWriter.Copy(plain, to, cancel);
            return;
        }

        using var cipher = new Cipher();
        using var decrypt = cipher.Decrypt(Manifest.Encryption, path, _key);
        decrypt.Input.Close();
        BackupWriter.Copy(decrypt.Output, to, cancel);
        decrypt.Finish(said =>
            $"{file.Name} cannot be decrypted with {(_key is null ? "the private keys of gpg's keyring" : $"the key {_key}")}: it is encrypted to "
            + $"{Manifest.Recipient}; name the private key of that with --key. {Manifest.Encryption} said: {said}");
    }

    /// <summary>Writes the models into a new folder; does nothing where the backup has none.</summary>
    public void ExtractModels(string folder, CancellationToken cancel)
    {
        if (Manifest.Models is not { } file)
            return;
        var archive = Path.Combine(Directory.CreateDirectory(folder).FullName, ".models.tar.gz");
        try
        {
            using (var stream = File.Create(archive))
                Decrypt(file, stream, cancel);
            using var read = File.OpenRead(archive);
            using var zip = new GZipStream(read, CompressionMode.Decompress);
            TarFile.ExtractToDirectory(zip, folder, overwriteFiles: false);
        }
        finally
        {
            File.Delete(archive);
        }
    }
}
