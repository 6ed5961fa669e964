using System.CommandLine;
using Vigil.Core.Transactions;
using Vigil.Storage.Labels;

namespace Vigil.Cli.Commands.Labels;

/// <summary><c>vigil labels</c>: what transactions truly were.</summary>
internal static class LabelsCommand
{
    public static Command Create() => new("labels",
        """
        Say what transactions truly were, and see what was said

        Labels are appended, never changed: the last one of a transaction is the truth. Models learn from them,
        and features count them from the moment on at which they became known.

        Examples:
          vigil labels import chargebacks.csv --source dispute
          vigil labels list --source analyst
          vigil labels show tx-1002
        """)
    {
        LabelsImportCommand.Create(),
        LabelsListCommand.Create(),
        LabelsShowCommand.Create(),
    };

    internal static ShownLabel Shown(StoredLabel label) => new(
        label.Id, label.TransactionId, label.IsFraud, label.Source, Timestamp.Format(label.ObservedAt), Timestamp.Format(label.CreatedAt),
        label.Actor, label.Note);

    internal sealed record ShownLabel(
        long Id, string TransactionId, bool IsFraud, string Source, string ObservedAt, string CreatedAt, string Actor, string? Note);
}
