namespace Vigil.Storage.Backup;

/// <summary>
/// Encrypts to a public key with gpg or age, and decrypts. The machine that backs up has no private key: whoever takes it
/// over cannot read the backups.
/// </summary>
internal sealed class Cipher : IDisposable
{
    public const string Gpg = "gpg";
    public const string Age = "age";
    public const string None = "none";

    // A keyring of its own, so that nobody's is touched and none has to be there.
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("vigil-");

    /// <summary>The tool that a recipient, or a private key, is for.</summary>
    /// <param name="key">A file with a key, an age recipient, or the name of a key in gpg's keyring.</param>
    public static string ToolOf(string key)
    {
        if (key.StartsWith("age1", StringComparison.Ordinal) || key.StartsWith("ssh-", StringComparison.Ordinal))
            return Age;
        if (!File.Exists(key))
        {
            return key.Contains('/', StringComparison.Ordinal)
                ? throw new StorageException(StorageFailure.CannotOpen, $"there is no key file {key}: write the public key there, or name a key of gpg's keyring")
                : Gpg;
        }

        return File.ReadLines(key).Take(50).Any(line => line.StartsWith("age1", StringComparison.Ordinal)
            || line.StartsWith("ssh-", StringComparison.Ordinal) || line.StartsWith("AGE-SECRET-KEY-", StringComparison.Ordinal)
            || line.StartsWith("-----BEGIN OPENSSH", StringComparison.Ordinal)) ? Age : Gpg;
    }

    /// <summary>The end of the name of a file that a tool made.</summary>
    public static string Extension(string tool) => tool == None ? "" : $".{tool}";

    /// <summary>Encrypts its input to its output.</summary>
    public Tool Encrypt(string recipient)
    {
        var isFile = File.Exists(recipient);
        if (ToolOf(recipient) == Age)
            return Tool.Start("age", "age", null, "--encrypt", isFile ? "--recipients-file" : "--recipient", recipient);
        string[] common = ["--batch", "--no-tty", "--quiet", "--trust-model", "always", "--compress-algo", "none", "--encrypt"];
        return isFile
            ? Tool.Start("gpg", "gnupg", null, ["--homedir", _home.FullName, "--no-autostart", .. common, "--recipient-file", Path.GetFullPath(recipient)])
            : Tool.Start("gpg", "gnupg", null, [.. common, "--recipient", recipient]);
    }

    /// <summary>Decrypts a file to its output.</summary>
    /// <param name="tool">What encrypted it.</param>
    /// <param name="path">The file.</param>
    /// <param name="key">File with the private key; null for gpg's own keyring.</param>
    public Tool Decrypt(string tool, string path, string? key)
    {
        if (key is not null && !File.Exists(key))
            throw new StorageException(StorageFailure.CannotOpen, $"there is no key file {key}");
        if (tool == Age)
        {
            return key is null
                ? throw new StorageException(StorageFailure.Other, "the backup is encrypted with age: name the file of the private key with --key")
                : Tool.Start("age", "age", null, "--decrypt", "--identity", key, path);
        }

        string[] common = ["--batch", "--no-tty", "--quiet", "--decrypt", path];
        if (key is null)
            return Tool.Start("gpg", "gnupg", null, common);
        using (var import = Tool.Start("gpg", "gnupg", null, "--homedir", _home.FullName, "--batch", "--no-tty", "--quiet", "--import", Path.GetFullPath(key)))
        {
            import.Input.Close();
            import.Finish(said => $"{key} is no private key of gpg: {said}");
        }

        return Tool.Start("gpg", "gnupg", null, ["--homedir", _home.FullName, .. common]);
    }

    public void Dispose()
    {
        // gpg leaves an agent behind, which ends with its folder, but not at once.
        if (Directory.EnumerateFileSystemEntries(_home.FullName, "S.gpg-agent*").Any() && Tool.Exists("gpgconf"))
        {
            using var kill = Tool.Start("gpgconf", "gnupg", null, "--homedir", _home.FullName, "--kill", "all");
            kill.Input.Close();
            kill.Output.CopyTo(Stream.Null);
        }

        try
        {
            _home.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A socket that its agent just took away.
        }
    }
}
