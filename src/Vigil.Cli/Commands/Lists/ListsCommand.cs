using System.CommandLine;

namespace Vigil.Cli.Commands.Lists;

/// <summary><c>vigil lists</c>: the lists that rules look into.</summary>
internal static class ListsCommand
{
    public static Command Create() => new("lists",
        """
        Make lists, and put values on them and take them off

        Rules look into lists: block when ip in list("blocked_ips"). A running Vigil takes changes over
        within two seconds.

        Examples:
          vigil lists create blocked_ips --type ip --description "Addresses that attacked us"
          vigil lists add blocked_ips 203.0.113.0/24 --until 30d --note "ticket 4711"
          vigil lists import blocked_ips addresses.csv
        """)
    {
        ListsListCommand.Create(),
        ListsShowCommand.Create(),
        ListsCreateCommand.Create(),
        ListsAddCommand.Create(),
        ListsRemoveCommand.Create(),
        ListsImportCommand.Create(),
        ListsExportCommand.Create(),
    };
}
