namespace Vigil.Storage.Backup;

/// <summary>Copies a backup to S3, or what speaks its language, by the aws client, which finds credentials in its own ways.</summary>
public static class S3Copy
{
    /// <param name="folder">The backup.</param>
    /// <param name="uri">Such as s3://bucket/prefix.</param>
    /// <exception cref="StorageException">The client failed; the message is its own.</exception>
    public static void Run(string folder, string uri)
    {
        var files = Directory.GetFiles(folder).Select(file => Path.GetFileName(file))
            // The manifest last: a copy that has it is whole.
            .OrderBy(file => file == BackupManifest.FileName).ThenBy(file => file, StringComparer.Ordinal);
        foreach (var file in files)
        {
            using var aws = Tool.Start(
                "aws", "awscli", null, "s3", "cp", "--only-show-errors", "--no-progress", Path.Combine(folder, file),
                $"{uri.TrimEnd('/')}/{Path.GetFileName(folder)}/{file}");
            aws.Input.Close();
            aws.Output.CopyTo(Stream.Null);
            aws.Finish(said => $"the backup is made, and aws could not copy {file} to {uri}: {said}");
        }
    }
}
