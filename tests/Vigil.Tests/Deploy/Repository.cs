using System.Runtime.CompilerServices;

namespace Vigil.Tests.Deploy;

/// <summary>Files of the repository that are not part of the build.</summary>
internal static class Repository
{
    public static string Path(string relative, [CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "..", "..", "..", relative));

    public static string Read(string relative) => File.ReadAllText(Path(relative));
}
