using System.CommandLine;

namespace Vigil.Cli.Commands.Audit;

/// <summary><c>vigil audit</c>: who changed what.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Prove that the audit trail is as it was written")
    {
        AuditVerifyCommand.Create(),
    };
}
