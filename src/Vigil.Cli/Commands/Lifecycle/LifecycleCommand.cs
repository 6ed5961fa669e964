using System.CommandLine;

namespace Vigil.Cli.Commands.Lifecycle;

/// <summary><c>vigil lifecycle</c>: what becomes of payments as they grow old.</summary>
internal static class LifecycleCommand
{
    public static Command Create() => new("lifecycle",
        """
        Archive months of payments, search and restore archives, hold what must be kept, erase a person's data

        Payments are in the database for VIGIL_HOT_MONTHS (13), then in compressed files until they are VIGIL_COLD_MONTHS (84)
        old. docs/privacy.md says what is kept where, and what no longer works once it is archived.

        Examples:
          vigil lifecycle plan
          vigil lifecycle archive --dry-run
          vigil lifecycle read --account C000123 --csv > account.csv
        """)
    {
        PlanCommand.Create(),
        ArchiveCommand.Create(),
        ArchivesCommand.Create(),
        ReadCommand.Create(),
        RestoreMonthCommand.Create(),
        ExpireCommand.Create(),
        HoldCommand.Create(),
        ReleaseCommand.Create(),
        HoldsCommand.Create(),
        EraseCommand.Create(),
    };
}
