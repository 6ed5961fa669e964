using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Audit;
using Vigil.Training.Comparison;
using Vigil.Training.Comparison.Shadow;
using Vigil.Training.Registry;
using Vigil.Web.Models;

namespace Vigil.Cli.Host.Models;

/// <summary>
/// What the API shows of models: the registry is asked every few seconds beside the requests, so that one which is slow or
/// away delays none of them. Cards are read once, as versions never change.
/// </summary>
internal sealed partial class ModelBoard(Store store, ModelRegistry registry, TimeProvider time, ILogger logger)
{
    private const int MostCards = 100;
    private const int MostPromotions = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, ModelFacts?> _cards = [];
    private volatile ModelList? _list;
    private string _failed = "";

    /// <summary>What the registry said last; null before it has said anything.</summary>
    public ModelList? Now() => _list;

    /// <summary>Measures challengers by the record.</summary>
    public IReadOnlyList<ChallengerEntry> Compare(long from, long to, int? reviewsPerDay, CancellationToken cancel) =>
        [.. ShadowReading.Read(store, from, to, reviewsPerDay, cancel).Select(Entry)];

    /// <summary>Looks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        // Requests to a registry block: they have a thread of the pool for as long as they take.
        using var timer = new PeriodicTimer(Interval * (0.85 + 0.3 * Random.Shared.NextDouble()), time);
        do
        {
            await Task.Run(() => Look(cancel), cancel);
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private void Look(CancellationToken cancel)
    {
        try
        {
            var state = registry.Look(cancel);
            var promotions = Promotions();
            var entries = state.Versions.Reverse().Select((version, place) => Entry(
                version, version.Number == state.Champion?.Number, promotions.GetValueOrDefault(version.Number), place < MostCards, cancel)).ToImmutableArray();
            _list = new ModelList(entries, entries.Length, state.Source, time.GetUtcNow().UtcDateTime, false);
            _failed = "";
        }
        catch (Exception e) when (e is RegistryException or StorageException)
        {
            if (_list is { } last)
                _list = last with { IsAway = true };
            // Said once, not at every look.
            if (_failed != e.Message)
                NotListed(logger, e.Message);
            _failed = e.Message;
        }
    }

    private ModelEntry Entry(ModelVersion version, bool inCharge, AuditEntry? promotion, bool wantsCard, CancellationToken cancel) => new(
        version.Number, inCharge, version.Aliases, version.Stage, version.CreatedAt,
        promotion is null ? null : Timestamp.ToDateTime(promotion.At), promotion?.Actor, wantsCard ? Card(version.Number, cancel) : null);

    private ModelFacts? Card(int version, CancellationToken cancel)
    {
        if (_cards.TryGetValue(version, out var known))
            return known;
        try
        {
            known = registry.FindCard(version, cancel) is not { } card ? null : new ModelFacts(
                card.Kind, card.FeatureSet, card.FeatureSetVersion, card.FeatureSetHash, card.TrainedAt, card.Rows, card.Frauds,
                card.Thresholds.Review, card.Thresholds.Block, card.Metrics);
        }
        catch (RegistryException e)
        {
            // The others are listed all the same, and this one without it.
            NotListed(logger, e.Message);
        }

        return _cards[version] = known;
    }

    /// <summary>By version, the entry of when it was put in charge last.</summary>
    private Dictionary<int, AuditEntry> Promotions()
    {
        var found = new Dictionary<int, AuditEntry>();
        foreach (var entry in store.Audit.Read(new AuditQuery(MostPromotions, ActionPrefix: "model.")))
        {
            if (entry.Action is "model.promote" or "model.rollback"
                && int.TryParse(entry.Subject.AsSpan("model ".Length), CultureInfo.InvariantCulture, out var version))
                found.TryAdd(version, entry);
        }

        return found;
    }

    private static ChallengerEntry Entry(ShadowMeasures m) => new(
        m.Alias, m.Version, m.Champions, m.From, m.To, m.Scored, m.ReviewsPerDay, m.Labelled, m.Frauds, Range(m.Agreement)!, At(m.Champion),
        At(m.Challenger), m.OnlyChampion, m.OnlyChallenger, m.Said);

    private static AtBudget At(ReviewedBy reviewed) => new(reviewed.Labelled, reviewed.Frauds, Range(reviewed.Precision), Range(reviewed.Recall));

    private static ShareRange? Range(Interval? interval) => interval is { } i ? new ShareRange(i.Value, i.Low, i.High) : null;

    [LoggerMessage(EventId = 4063, Level = LogLevel.Warning, Message = "The list of models is not whole or not new: {Reason}")]
    private static partial void NotListed(ILogger logger, string reason);
}
