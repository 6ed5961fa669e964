using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Host.Lifecycle;

/// <summary>What the commands of <c>vigil lifecycle</c> share: the database, the folder of archives, the policy.</summary>
internal sealed class LifecycleOptions
{
    private readonly Option<string?> _archives = new("--archives")
    {
        Description = "Folder of the archives (default: VIGIL_ARCHIVES, then archives beside the database)",
        HelpName = "folder",
    };

    private readonly Option<int?> _hot = new("--hot-months")
    {
        Description = $"Whole months that stay in the database, at least {LifecyclePolicy.LeastHotMonths} (default: VIGIL_HOT_MONTHS, then {LifecyclePolicy.DefaultHotMonths})",
        HelpName = "months",
    };

    private readonly Option<int?> _cold = new("--cold-months")
    {
        Description = $"Age at which an archive is deleted (default: VIGIL_COLD_MONTHS, then {LifecyclePolicy.DefaultColdMonths})",
        HelpName = "months",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would be done, and change nothing" };

    public Workplace Workplace { get; } = new();

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="policy">Whether it follows the policy.</param>
    /// <param name="writes">Whether it changes something.</param>
    /// <param name="archives">Whether it looks at archives.</param>
    public Command AddTo(Command command, bool policy = false, bool writes = false, bool archives = true)
    {
        if (writes)
            command.Options.Add(_dryRun);
        if (archives)
            command.Options.Add(_archives);
        if (policy)
        {
            command.Options.Add(_hot);
            command.Options.Add(_cold);
        }

        return Workplace.AddTo(command, writes: writes);
    }

    public bool IsDryRun(ParseResult parsed) => parsed.GetValue(_dryRun);

    public string Folder(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(_archives) ?? Default(Workplace.Paths(parsed), Settings.Read()));

    public LifecyclePolicy Policy(ParseResult parsed) => Policy(parsed.GetValue(_hot), parsed.GetValue(_cold), name => Settings.Read()[name]);

    /// <summary>Where archives are, if nothing else is said.</summary>
    public static string Default(DataPaths paths, Settings settings) => settings["VIGIL_ARCHIVES"] ?? Path.Combine(paths.Folder, "archives");

    /// <summary>The policy of command line and variables.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    public static LifecyclePolicy Policy(int? hot, int? cold, Func<string, string?> variable)
    {
        var policy = new LifecyclePolicy(
            hot ?? Months("VIGIL_HOT_MONTHS", variable("VIGIL_HOT_MONTHS")) ?? LifecyclePolicy.DefaultHotMonths,
            cold ?? Months("VIGIL_COLD_MONTHS", variable("VIGIL_COLD_MONTHS")) ?? LifecyclePolicy.DefaultColdMonths);
        if (policy.HotMonths < LifecyclePolicy.LeastHotMonths)
        {
            throw new CommandException(
                $"the database keeps at least {LifecyclePolicy.LeastHotMonths} months (--hot-months, VIGIL_HOT_MONTHS), not {policy.HotMonths}: windows of features and rules look back as far",
                ExitCode.Usage);
        }

        return policy.ColdMonths > policy.HotMonths && policy.ColdMonths <= 1_200
            ? policy
            : throw new CommandException(
                $"archives are kept for more months than the database keeps ({policy.HotMonths}), and for 1200 at the most (--cold-months, VIGIL_COLD_MONTHS), not {policy.ColdMonths}",
                ExitCode.Usage);
    }

    /// <summary>A month as people type it: 2025-01.</summary>
    public static DateOnly Month(string text) => DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
        ? month : throw new CommandException($"a month is typed as 2025-01, not \"{text}\"", ExitCode.Usage);

    private static int? Months(string name, string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var months)
            ? months : throw new CommandException($"{name} is a number of months, not \"{text}\"", ExitCode.Usage);
}
