namespace Vigil.Cli.Host.Doctor;

/// <summary>Files: who can read secrets and data, whether the data folder takes files, and for how long yet.</summary>
internal static class FileChecks
{
    private const long Gigabyte = 1_000_000_000;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static Task LookAsync(DoctorTarget target, Findings findings)
    {
        findings.Try(
            "env_file",
            () => File.Exists(target.EnvFile) ? Secret(target.EnvFile) : Finding.Skipped("", $"there is no {target.EnvFile}: the environment alone counts"),
            "make it readable for the user that runs vigil");
        var paths = target.Paths();
        var folder = Path.GetDirectoryName(paths.Database)!;
        if (target.Postgres() is null)
        {
            findings.Try("data_folder", () => Writable(folder), $"make it: mkdir -p {folder}, owned by the user that runs vigil");
            findings.Try(
                "database_file",
                () => File.Exists(paths.Database) ? Private(paths.Database) : Finding.Skipped("", $"there is no {paths.Database} yet"),
                "make it readable for the user that runs vigil");
        }

        findings.Try(
            "models_folder",
            () => Vigil.Training.Registry.ModelRegistry.IsServer(paths.Models) ? Finding.Skipped("", "the models are on a server")
                : Directory.Exists(paths.Models) ? Writable(paths.Models) : Finding.Skipped("", $"there is no {paths.Models} yet: vigil train makes it"),
            "make it readable and writable for the user that runs vigil");
        findings.Try("disk", () => Disk(folder), "see whether the disk is mounted");
        return Task.CompletedTask;
    }

    /// <summary>How full a file system is.</summary>
    /// <param name="folder">A folder of it, which may still have to be made.</param>
    public static Finding Disk(string folder)
    {
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder) ?? "/";
        var drive = new DriveInfo(folder);
        return Disk(folder, drive.AvailableFreeSpace, drive.TotalSize);
    }

    internal static Finding Disk(string folder, long free, long size)
    {
        var found = FormattableString.Invariant($"{(double)free / Gigabyte:0.0} GB free of {(double)size / Gigabyte:0.0} at {folder}");
        return free < Gigabyte / 5
            ? Finding.Fail("", found, "free some space or enlarge the disk: where it is full, nothing is decided any more")
            : free < 5 * Gigabyte || free < size / 20 ? Finding.Warn("", found, "free some space or enlarge the disk before it is full") : Finding.Ok("", found);
    }

    private static Finding Secret(string file)
    {
        using (File.OpenRead(file))
        {
            // Readable, or this throws.
        }

        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0
            ? Finding.Warn("", $"other users can read {file}, which holds keys and passwords (mode {Mode(file)})", $"chmod 600 {file}")
            : Finding.Ok("", $"{file} is readable for its owner only");
    }

    private static Finding Private(string file)
    {
        using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            // Readable and writable, or this throws.
        }

        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0
            ? Finding.Warn("", $"every user of this machine can read {file}, which holds payments (mode {Mode(file)})", $"chmod o-rwx {file}*")
            : Finding.Ok("", $"{file} is not open to every user");
    }

    private static Finding Writable(string folder)
    {
        if (!Directory.Exists(folder))
            return Finding.Warn("", $"there is no folder {folder} yet", "nothing, if this is a new installation: vigil run makes it");
        // Asking for the rights alone would not see a file system that is read-only.
        using (new FileStream(Path.Combine(folder, $".vigil-doctor-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
        {
            // It is gone again when closed.
        }

        return Finding.Ok("", $"{folder} is writable");
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static string Mode(string file) => Convert.ToString((int)File.GetUnixFileMode(file), 8);
}
