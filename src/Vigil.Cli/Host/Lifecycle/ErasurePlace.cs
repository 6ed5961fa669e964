using System.CommandLine;

namespace Vigil.Cli.Host.Lifecycle;

/// <summary>Where the list of erasures is that outlives the database.</summary>
internal static class ErasurePlace
{
    public static Option<string?> Option() => new("--erasures")
    {
        Description = "The list of erasures, outside of the database (default: VIGIL_ERASURES, then erasures.ndjson beside the database)",
        HelpName = "file",
    };

    public static string Of(string? named, DataPaths paths, Settings settings) =>
        Path.GetFullPath(named ?? settings["VIGIL_ERASURES"] ?? Path.Combine(paths.Folder, "erasures.ndjson"));
}
