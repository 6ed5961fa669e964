using System.Diagnostics;

namespace Vigil.Tests.Storage;

/// <summary>A folder of its own for one test, on a small or read-only file system where the test needs one.</summary>
internal sealed class TempFolder : IDisposable
{
    private bool _mounted;

    public string Root { get; } = Directory.CreateTempSubdirectory("vigil-test-").FullName;

    public string File(string name) => Path.Combine(Root, name);

    /// <summary>Puts a file system of this size under the folder; skips the test where that is not allowed.</summary>
    public void MountOrSkip(string size)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", Root))
            Assert.Skip("a file system of its own needs Linux, root and the right to mount");
        _mounted = true;
    }

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Root).ShouldBeTrue();

    public void Dispose()
    {
        if (_mounted)
            Run("umount", "-l", Root);
        Directory.Delete(Root, recursive: true);
    }

    private static bool Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
