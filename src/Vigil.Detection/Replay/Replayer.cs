using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;
using Vigil.Detection.Rules;
using Vigil.Storage;
using Vigil.Storage.Lifecycle;

namespace Vigil.Detection.Replay;

/// <summary>
/// Makes every stored decision again, from the table alone: the transactions in their order, the labels where they were
/// applied, and the versions that each decision names. It writes nothing and may run beside a live writer.
/// </summary>
/// <param name="store">The database.</param>
/// <param name="models">Finds a model by its versions; throws where it is gone or was exchanged.</param>
/// <param name="rules">Finds a rule set by its version; throws where it is unknown.</param>
/// <param name="controlKey">
/// Key of control groups; null for none. What was decided under another key is taken from the record: who belonged to it
/// cannot be told again without the key.
/// </param>
public sealed class Replayer(
    Store store, Func<EngineVersions, ActiveModel> models, Func<string, RuleSet> rules, byte[]? controlKey = null)
{
    private const int MostDifferences = 20;
    private const int ProgressEvery = 2_048;

    private readonly ListCatalog _lists = new();
    private readonly Dictionary<string, Track> _tracks = [];
    private readonly Dictionary<long, (Track Track, RuleBinding Rules, ActiveModel? Model, ControlGroup? Control)> _engines = [];
    private readonly Transaction _transaction = new();
    private readonly Transaction _labelled = new();

    /// <summary>Replays from the first transaction on, because decisions rest on what came before them.</summary>
    /// <param name="from">Compares decisions with this sequence number and later ones.</param>
    /// <param name="progress">Told the sequence number reached, now and then.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="to">Ends with the decision of this sequence number.</param>
    /// <exception cref="InvalidDataException">What a decision rests on is gone; the message says what.</exception>
    public ReplayReport Run(long from, Action<long> progress, CancellationToken cancel, long to = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Prepare();
        // Windows of these may reach back into what is archived.
        var whole = store.Archives.ArchivedUntil() is { } until ? until + LifecyclePolicy.Reach : long.MinValue;
        var passed = 0L;
        using var rows = store.ReadDecisions(new RowRange(ToSequence: to));
        using var labels = store.ReadLabels();
        using var changes = store.ReadListChanges();
        var (hasLabel, hasChange) = (labels.Read(), changes.Read());
        var (compared, different) = (0L, 0L);
        var found = new List<ReplayDifference>();
        var outcomes = Enum.GetValues<Outcome>().ToDictionary(o => o, _ => 0L);
        var differences = new List<(string What, string Stored, string Derived)>();
        while (rows.Read())
        {
            for (; hasLabel && labels.Id <= rows.Provenance.LabelId; hasLabel = labels.Read())
                Apply(labels);
            for (; hasChange && changes.Id <= rows.Provenance.ListChangeId; hasChange = changes.Read())
                _lists.Apply(new ListChange(changes.Id, changes.List, changes.Type, changes.Value, changes.Added, changes.ExpiresAt));
            var track = Decide(rows);
            if (rows.Sequence % ProgressEvery == 0)
            {
                cancel.ThrowIfCancellationRequested();
                progress(rows.Sequence);
            }

            if (rows.Sequence < from)
                continue;
            if (rows.Time < whole)
            {
                passed++;
                continue;
            }

            compared++;
            outcomes[track.Decision.Outcome]++;
            differences.Clear();
            Comparison.Compare(rows, track.Decision, track.Features.Names, differences);
            if (differences.Count == 0)
                continue;
            different++;
            var id = Encoding.UTF8.GetString(_transaction[Field.TransactionId]);
            found.AddRange(differences.Take(MostDifferences - found.Count)
                .Select(d => new ReplayDifference(rows.Sequence, id, d.What, d.Stored, d.Derived)));
        }

        return new ReplayReport(compared, different, found, outcomes, passed);
    }

    private Track Decide(DecisionCursor rows)
    {
        StoredTransaction.Decode(rows.Payload, _transaction);
        var (decides, bound, model, control) = _engines[rows.Provenance.EngineId];
        control?.Follow(rows.Outcome != Outcome.Block);
        foreach (var track in _tracks.Values)
        {
            if (track != decides)
                track.Observe(_transaction, rows.Sequence);
        }

        decides.Decide(_transaction, rows.Sequence, bound, model, control);
        return decides;
    }

    private void Apply(LabelReader labels)
    {
        StoredTransaction.Decode(labels.Payload, _labelled);
        foreach (var track in _tracks.Values)
            track.Apply(_labelled, new Label(labels.Id, labels.Sequence, labels.IsFraud, labels.ObservedAt));
    }

    /// <summary>Everything that ever decided, before the first transaction: windows of rules have to see them all.</summary>
    private void Prepare()
    {
        var engines = store.Engines();
        foreach (var versions in engines.Values)
            TrackOf(versions).Add(rules(versions.RulesVersion));
        foreach (var track in _tracks.Values)
            track.Start();
        foreach (var (id, versions) in engines)
        {
            var track = TrackOf(versions);
            _engines.Add(id, (
                track, track.Bind(versions.RulesVersion, WindowsText.Parse(versions.Windows)),
                versions.ModelVersion.Length == 0 ? null : models(versions), ControlOf(versions)));
        }
    }

    private ControlGroup? ControlOf(EngineVersions versions)
    {
        if (PolicyText.ParseControl(versions.Policy) is not { } stored)
            return null;
        return controlKey is not null && new ControlGroup(stored.Share, controlKey) is var own && own.KeyId == stored.KeyId
            ? own : ControlGroup.OfRecord(stored.Share);
    }

    private Track TrackOf(EngineVersions versions)
    {
        if (!_tracks.TryGetValue(versions.FeatureSetHash, out var track))
        {
            var set = store.FindFeatureSet(versions.FeatureSetHash)
                ?? throw new InvalidDataException($"feature set {versions.FeatureSetHash} is not in the database");
            _tracks.Add(versions.FeatureSetHash, track = new Track(FeatureSetJson.Parse(set.Content), _lists));
        }

        return track;
    }
}
