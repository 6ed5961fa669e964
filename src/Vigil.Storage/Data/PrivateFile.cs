namespace Vigil.Storage.Data;

/// <summary>Files that nobody but this user can read, from their first byte on.</summary>
internal static class PrivateFile
{
    /// <param name="path">The file, which must not be there.</param>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
