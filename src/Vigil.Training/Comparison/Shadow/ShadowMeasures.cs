using System.Globalization;
using Vigil.Core.Transactions;

namespace Vigil.Training.Comparison.Shadow;

/// <summary>How a challenger does beside the models that decided, on the same decisions as they were made.</summary>
/// <param name="Alias">Why it was scored.</param>
/// <param name="Version">Its version.</param>
/// <param name="Champions">Versions that decided.</param>
/// <param name="From">Event time of the first decision, UTC.</param>
/// <param name="To">Event time of the last one, UTC.</param>
/// <param name="Scored">Decisions that both have scored.</param>
/// <param name="ReviewsPerDay">The budget.</param>
/// <param name="Labelled">Decisions whose label is known.</param>
/// <param name="Frauds">Known frauds among them.</param>
/// <param name="Agreement">Share of the payments reviewed by the model that decides which the challenger would have reviewed, too.</param>
/// <param name="Champion">What reviewing by the model that decides finds.</param>
/// <param name="Challenger">What reviewing by the challenger would find.</param>
/// <param name="OnlyChampion">Known frauds that only the one finds.</param>
/// <param name="OnlyChallenger">Known frauds that only the other finds.</param>
/// <param name="Said">What can be told by now, in words.</param>
public sealed record ShadowMeasures(
    string Alias, string Version, IReadOnlyList<string> Champions, DateTime From, DateTime To, int Scored, int ReviewsPerDay, int Labelled,
    int Frauds, Interval Agreement, ReviewedBy Champion, ReviewedBy Challenger, int OnlyChampion, int OnlyChallenger, string Said)
{
    /// <summary>With fewer known frauds than this nothing is said about which finds more.</summary>
    public const int MinFrauds = 20;

    /// <summary>Measures.</summary>
    /// <param name="rows">The decisions, one at least.</param>
    /// <param name="reviewsPerDay">The budget; null for what was flagged a day.</param>
    public static ShadowMeasures Of(ShadowRows rows, int? reviewsPerDay = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count);
        var budget = reviewsPerDay ?? Math.Max(1, (int)Math.Round(rows.Flagged / (double)rows.Days));
        var (byChampion, byChallenger) = rows.Reviewed(budget);
        int reviewed = 0, both = 0, labelled = 0, frauds = 0, onlyChampion = 0, onlyChallenger = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            reviewed += byChampion[row] ? 1 : 0;
            both += byChampion[row] && byChallenger[row] ? 1 : 0;
            labelled += rows.Label(row) >= 0 ? 1 : 0;
            if (rows.Label(row) != 1)
                continue;
            frauds++;
            onlyChampion += byChampion[row] && !byChallenger[row] ? 1 : 0;
            onlyChallenger += byChallenger[row] && !byChampion[row] ? 1 : 0;
        }

        var (first, last) = rows.Span;
        return new ShadowMeasures(
            rows.Alias, rows.Version, [.. rows.Champions], Timestamp.ToDateTime(first), Timestamp.ToDateTime(last), rows.Count, budget, labelled, frauds,
            Interval.Wilson(both / (double)reviewed, reviewed), Measure(rows, byChampion), Measure(rows, byChallenger), onlyChampion, onlyChallenger,
            Say(labelled, frauds, onlyChampion, onlyChallenger));
    }

    private static ReviewedBy Measure(ShadowRows rows, bool[] reviewed)
    {
        var (labelled, found) = (0, 0);
        Sum known = default, fraudulent = default, all = default, caught = default;
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.Label(row) < 0)
                continue;
            var weight = rows.Weight(row);
            var isFraud = rows.Label(row) == 1;
            if (isFraud)
                all.Add(weight);
            if (!reviewed[row])
                continue;
            labelled++;
            known.Add(weight);
            if (!isFraud)
                continue;
            found++;
            fraudulent.Add(weight);
            caught.Add(weight);
        }

        return new ReviewedBy(labelled, found, Share(fraudulent, known), Share(caught, all));
    }

    private static Interval? Share(Sum part, Sum whole) => whole.Weight == 0 ? null
        : Interval.Wilson(Math.Min(1, part.Weight / whole.Weight), Interval.Effective(whole.Weight, whole.Squares));

    private static string Say(int labelled, int frauds, int onlyChampion, int onlyChallenger)
    {
        if (labelled == 0)
            return "No label is known yet: whether it is better cannot be told, only how far the two agree.";
        if (frauds < MinFrauds)
            return Text($"{frauds:N0} known frauds among {labelled:N0} labels are too few to tell which finds more ({MinFrauds} are the least): wait for labels.");
        // Of the frauds that one alone finds: a fair coin, after McNemar, whose share's range holds a half.
        var apart = onlyChampion + onlyChallenger;
        if (apart == 0)
            return "They find the same frauds.";
        var share = Interval.Wilson(onlyChallenger / (double)apart, apart);
        return share.Low > 0.5 ? Text($"It finds more: {onlyChallenger:N0} frauds that the model in charge misses, against {onlyChampion:N0} the other way round.")
            : share.High < 0.5 ? Text($"It finds fewer: {onlyChampion:N0} frauds that it misses, against {onlyChallenger:N0} the other way round.")
            : Text($"No difference can be told yet: {onlyChallenger:N0} frauds that it alone finds, {onlyChampion:N0} that the model in charge alone finds.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private struct Sum
    {
        public double Weight { get; private set; }

        public double Squares { get; private set; }

        public void Add(double weight)
        {
            Weight += weight;
            Squares += weight * weight;
        }
    }
}
