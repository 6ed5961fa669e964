namespace Vigil.Cli.Host.Doctor;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What, such as <c>database.schema</c>. Written with --json: never rename.</param>
/// <param name="Status">How it is.</param>
/// <param name="Found">What was found, without secrets.</param>
/// <param name="Do">What to do about it; null where nothing needs doing.</param>
internal sealed record Finding(string Name, FindingStatus Status, string Found, string? Do = null)
{
    public static Finding Ok(string name, string found) => new(name, FindingStatus.Ok, found);

    public static Finding Warn(string name, string found, string what) => new(name, FindingStatus.Warn, found, what);

    public static Finding Fail(string name, string found, string what) => new(name, FindingStatus.Fail, found, what);

    public static Finding Skipped(string name, string found, string? what = null) => new(name, FindingStatus.Skipped, found, what);
}
