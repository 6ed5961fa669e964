using System.Runtime.CompilerServices;

namespace Vigil.Tests;

/// <summary>
/// Benchmark data that is not part of the repository: in the folder named by VIGIL_SHARED, or in "shared" beside the
/// repository. A test that needs it is skipped where it is absent.
/// </summary>
internal static class Shared
{
    public static string PathOrSkip(string relative)
    {
        var folder = Environment.GetEnvironmentVariable("VIGIL_SHARED") ?? Path.Combine(Root(), "..", "shared");
        var path = Path.GetFullPath(Path.Combine(folder, relative));
        if (!File.Exists(path) && !Directory.Exists(path))
            Assert.Skip($"{relative} is not there: set VIGIL_SHARED to the folder that has it.");
        return path;
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
