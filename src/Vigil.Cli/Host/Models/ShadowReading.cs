using Vigil.Core.Decisions;
using Vigil.Storage;
using Vigil.Training.Comparison.Shadow;

namespace Vigil.Cli.Host.Models;

/// <summary>The database as challengers beside the models that decided.</summary>
internal static class ShadowReading
{
    /// <summary>Most scores that are looked at: about 40 bytes of memory each.</summary>
    public const int MostScores = 10_000_000;

    private const int CancelEvery = 8_192;

    /// <summary>Reads what was recorded, and measures each challenger; in the order of aliases, then versions.</summary>
    /// <param name="store">The database.</param>
    /// <param name="from">First event time, microseconds.</param>
    /// <param name="to">First event time that is not looked at any more.</param>
    /// <param name="reviewsPerDay">The budget; null for what was flagged a day.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="InvalidDataException">It is too much at once.</exception>
    public static IReadOnlyList<ShadowMeasures> Read(Store store, long from, long to, int? reviewsPerDay, CancellationToken cancel)
    {
        var (challengers, engines) = (store.Challengers(), store.Engines());
        // The same model with other thresholds gives the same scores.
        var all = new SortedDictionary<(string Alias, string Version, string Hash), ShadowRows>();
        var count = 0;
        using (var scores = store.ReadChallengerScores(from, to))
        {
            for (; scores.Read(); count++)
            {
                if (count % CancelEvery == 0)
                    cancel.ThrowIfCancellationRequested();
                if (count >= MostScores)
                    throw new InvalidDataException($"there are more than {MostScores} scores of challengers in that time: name a shorter one");
                var challenger = challengers[scores.Challenger];
                var key = (challenger.Alias, challenger.ModelVersion, challenger.ModelHash);
                if (!all.TryGetValue(key, out var rows))
                    all.Add(key, rows = new ShadowRows(challenger.Alias, challenger.ModelVersion));
                rows.Add(scores.Sequence, scores.Time, scores.Score, scores.DecidedScore, scores.Outcome != Outcome.Allow, scores.IsFraud,
                    ControlGroup.WeightOf(scores.Outcome, scores.Propensity));
                rows.Champions.Add(engines[scores.Engine].ModelVersion);
            }
        }

        return [.. all.Values.Select(rows => ShadowMeasures.Of(rows, reviewsPerDay))];
    }
}
