using System.Security.Cryptography;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Detection.Rules;

/// <summary>
/// Fills windows that no rule used before from the transactions table, beside the decisions: a scan, then rounds over
/// what was accepted meanwhile until little is left, which the decider reads itself when it takes the windows over.
/// </summary>
public sealed class Backfill(Store store)
{
    /// <summary>Fewer transactions than this are left to the decider: it reads them in a few milliseconds.</summary>
    private const long SmallGap = 256;

    private const int MaxRounds = 100;
    private const int CancelEvery = 1_024;

    private readonly Transaction _row = new();

    /// <summary>Fills one group.</summary>
    /// <param name="program">The rules that ask for it.</param>
    /// <param name="aggregates">The windows, all of one entity and one filter.</param>
    /// <param name="cancel">Stops it.</param>
    public FilledWindows Fill(RuleProgram program, IReadOnlyList<Aggregate> aggregates, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(aggregates);
        var since = WarmSince(store.Bounds(), program, aggregates);
        var group = new RuleGroup(program, aggregates, since, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        var filled = new FilledWindows(group, 0, 0);
        for (var round = 0; round < MaxRounds; round++)
        {
            var before = filled.Sequence;
            filled = CatchUp(filled, store.Bounds(), cancel);
            if (filled.Sequence - before < SmallGap)
                break;
        }

        return filled;
    }

    /// <summary>Takes in what was accepted and labelled since. On the thread that owns the group.</summary>
    /// <param name="filled">How far it went.</param>
    /// <param name="bounds">How far it is to go: bounds of the record, read before.</param>
    /// <param name="cancel">Stops it.</param>
    internal FilledWindows CatchUp(FilledWindows filled, RecordBounds bounds, CancellationToken cancel)
    {
        var group = filled.Group;
        // Where the scan begins the index of times says; afterwards to ask it costs more than it saves.
        var range = new RowRange(
            filled.Sequence + 1, bounds.LastSequence, filled.Sequence == 0 ? group.WarmSince : long.MinValue);
        using (var rows = store.ReadTransactions(range))
        {
            while (rows.Read())
            {
                if (rows.Sequence % CancelEvery == 0)
                    cancel.ThrowIfCancellationRequested();
                StoredTransaction.Decode(rows.Payload, _row);
                group.Observe(_row, rows.Sequence);
            }
        }

        using var labels = store.ReadLabels(filled.LabelId, bounds.LastLabelId);
        while (labels.Read())
        {
            StoredTransaction.Decode(labels.Payload, _row);
            group.ApplyLabel(_row, new Label(labels.Id, labels.Sequence, labels.IsFraud, labels.ObservedAt));
        }

        return new FilledWindows(group, bounds.LastSequence, bounds.LastLabelId);
    }

    /// <summary>
    /// Since when the windows have to know everything: the newest event time less what they span, with a day to spare for
    /// transactions that come late.
    /// </summary>
    private static long WarmSince(RecordBounds bounds, RuleProgram program, IReadOnlyList<Aggregate> aggregates)
    {
        if (bounds.NewestTime is not { } newest || bounds.OldestTime is not { } oldest)
            return long.MinValue;
        var span = aggregates.Max(a => a.Window.Length + a.Window.Delay);
        var since = newest - span - program.FeatureSet.Lateness - Timestamp.Day;
        return since <= oldest ? long.MinValue : since;
    }
}
