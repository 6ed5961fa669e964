using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.Core.Transactions;
using Vigil.Storage.Audit;
using Vigil.Storage.Data;

namespace Vigil.Storage.Labels;

/// <summary>Stores labels, some hundreds at a time: a few statements for all of them.</summary>
internal sealed class LabelWriter(ConnectionPool pool, Database database, string actor, long now)
{
    private readonly Dictionary<string, Found> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<long, List<Known>> _known = [];
    private readonly List<(Found Found, LabelToAdd Label, long ObservedAt)> _new = [];
    private readonly Dictionary<long, bool> _truth = [];

    /// <summary>Adds labels in one database transaction.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="isAudited">Whether each has an audit entry of its own.</param>
    /// <returns>What became of each.</returns>
    public IReadOnlyList<LabelResult> Add(IReadOnlyList<LabelToAdd> labels, bool isAudited)
    {
        var results = new LabelResult[labels.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = Invalid(labels[i]) ?? new LabelResult(LabelKind.Added, labels[i].TransactionId);
        // Transactions keep their numbers: they are looked up before the turn to write.
        Find(labels.Where((_, i) => !results[i].IsRefused).Select(label => label.TransactionId));
        Missing(labels, results);
        if (_found.Count == 0)
            return results;
        return pool.Write(database, _ =>
        {
            Look();
            var added = new List<int>();
            for (var i = 0; i < results.Length; i++)
            {
                if (results[i].IsRefused)
                    continue;
                results[i] = Judge(labels[i], _found[labels[i].TransactionId]);
                if (results[i].Kind == LabelKind.Added)
                    added.Add(i);
            }

            Store(isAudited);
            for (var i = 0; i < added.Count; i++)
                results[added[i]] = results[added[i]] with { LabelId = _new[i].Found.NewIds.Dequeue() };
            return results;
        });
    }

    private LabelResult? Invalid(LabelToAdd label)
    {
        if (label.TransactionId.Length is 0 or > Fields.MaxIdLength || label.TransactionId.Contains('\0'))
            return Refuse(label, LabelKind.NotFound, "is of no transaction", "transaction_id");
        if (!LabelSource.All.Contains(label.Source))
            return Refuse(label, LabelKind.Invalid, $"is none of {string.Join(", ", LabelSource.All)}", "source");
        if (label.Note?.Length > LabelToAdd.MaxNoteLength)
            return Refuse(label, LabelKind.Invalid, $"is longer than {LabelToAdd.MaxNoteLength} characters", "note");
        if (label.Note?.Contains('\0') == true)
            return Refuse(label, LabelKind.Invalid, "holds a character that no database keeps (U+0000)", "note");
        return label.ObservedAt > now
            ? Refuse(label, LabelKind.Invalid, $"lies in the future: it is {Timestamp.Format(now)} here", "observed_at")
            : null;
    }

    private void Find(IEnumerable<string> ids)
    {
        using var select = database.Prepare(LabelSql.Find(database));
        select.Bind(1, JsonSerializer.Serialize(ids.Distinct(StringComparer.Ordinal).ToArray(), LabelJson.Default.StringArray));
        while (select.Step())
        {
            _found[select.Text(0)] = new Found(
                select.Long(1), select.Text(0), Math.Min(select.Long(2), select.Long(3)), select.BoolOrNull(4));
        }
    }

    private void Missing(IReadOnlyList<LabelToAdd> labels, LabelResult[] results)
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i].IsRefused)
                continue;
            if (!_found.TryGetValue(labels[i].TransactionId, out var found))
                results[i] = Refuse(labels[i], LabelKind.NotFound, "is of no transaction", "transaction_id");
            else if (labels[i].ObservedAt < found.Earliest)
                results[i] = Refuse(labels[i], LabelKind.Invalid, "lies before the transaction took place", "observed_at");
        }
    }

    private void Look()
    {
        using var select = database.Prepare(LabelSql.Known(database));
        select.Bind(1, JsonSerializer.Serialize(_found.Values.Select(found => found.Sequence).ToArray(), LabelJson.Default.Int64Array));
        while (select.Step())
        {
            Of(select.Long(0)).Add(new Known(
                select.Long(1), select.Long(2) != 0, select.Text(3), select.Long(4), select.TextOrNull(5)));
        }
    }

    private LabelResult Judge(LabelToAdd label, Found found)
    {
        var known = Of(found.Sequence);
        if (label.ObservedAt is null)
        {
            if (known is [.., var last] && last.IsFraud == label.IsFraud && last.Source == label.Source && last.Note == label.Note)
                return new LabelResult(LabelKind.Unchanged, label.TransactionId, last.Id);
        }
        else
        {
            foreach (var same in known.Where(k => k.ObservedAt == label.ObservedAt && k.Source == label.Source))
            {
                if (same.IsFraud != label.IsFraud)
                {
                    return Refuse(
                        label, LabelKind.Conflict,
                        $"is the moment at which {label.Source} said the opposite (label {same.Id}): a correction became known later",
                        "observed_at");
                }

                if (same.Note == label.Note)
                    return new LabelResult(LabelKind.Unchanged, label.TransactionId, same.Id);
            }
        }

        var observed = label.ObservedAt ?? now;
        known.Add(new Known(0, label.IsFraud, label.Source, observed, label.Note));
        _new.Add((found, label, observed));
        _truth[found.Sequence] = label.IsFraud;
        return new LabelResult(LabelKind.Added, label.TransactionId);
    }

    private void Store(bool isAudited)
    {
        if (_new.Count == 0)
            return;
        using (var insert = database.Prepare(LabelSql.Insert(database)))
        {
            insert.Bind(1, Json(_new.Select(n => new JsonArray(
                n.Found.Sequence, n.Label.IsFraud ? 1 : 0, n.Label.Source, n.ObservedAt, n.Label.Note))));
            insert.Bind(2, now);
            insert.Bind(3, actor);
            insert.Run();
        }

        using (var update = database.Prepare(LabelSql.Update(database)))
        {
            update.Bind(1, Json(_truth.OrderBy(t => t.Key).Select(t => new JsonArray(t.Key, t.Value ? 1 : 0))));
            update.Run();
        }

        NewIds();
        if (!isAudited)
            return;
        foreach (var (found, label, _) in _new)
        {
            var before = found.IsFraud is { } was ? LabelText.Of(was) : null;
            AuditLog.Append(database, new AuditEntry(
                0, now, actor, "transaction.label", found.TransactionId, before, LabelText.Of(label.IsFraud)));
            found.IsFraud = label.IsFraud;
        }
    }

    /// <summary>The ids that they got: of each transaction the last ones, in their order.</summary>
    private void NewIds()
    {
        var bySequence = _new.Select(n => n.Found).DistinctBy(found => found.Sequence).ToDictionary(found => found.Sequence);
        using var select = database.Prepare(LabelSql.Known(database));
        select.Bind(1, JsonSerializer.Serialize(bySequence.Keys.ToArray(), LabelJson.Default.Int64Array));
        while (select.Step())
        {
            if (bySequence.TryGetValue(select.Long(0), out var found) && !Of(found.Sequence).Exists(k => k.Id == select.Long(1)))
                found.NewIds.Enqueue(select.Long(1));
        }
    }

    private static string Json(IEnumerable<JsonArray> items) => new JsonArray([.. items]).ToJsonString();

    private List<Known> Of(long sequence)
    {
        if (!_known.TryGetValue(sequence, out var known))
            _known.Add(sequence, known = []);
        return known;
    }

    private static LabelResult Refuse(LabelToAdd label, LabelKind kind, string reason, string field) =>
        new(kind, label.TransactionId, 0, reason, field);

    /// <summary>A transaction that is labelled.</summary>
    /// <param name="Sequence">Its number.</param>
    /// <param name="TransactionId">Its id.</param>
    /// <param name="Earliest">Nothing was known of it before, µs.</param>
    /// <param name="IsFraud">What is known before the next label.</param>
    private sealed record Found(long Sequence, string TransactionId, long Earliest, bool? IsFraud)
    {
        public bool? IsFraud { get; set; } = IsFraud;

        public Queue<long> NewIds { get; } = [];
    }

    private readonly record struct Known(long Id, bool IsFraud, string Source, long ObservedAt, string? Note);
}
