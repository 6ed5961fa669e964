namespace Vigil.Training.Boosting;

/// <summary>Remembers the best round.</summary>
internal sealed class EarlyStopping(BoostingMetric metric, int patience)
{
    private double _best = double.NaN;

    internal List<double> History { get; } = [];

    /// <summary>Rounds until the best metric.</summary>
    internal int BestRounds { get; private set; }

    /// <summary>Records a round's metric; false when it is time to stop.</summary>
    internal bool Record(double value)
    {
        History.Add(value);
        var better = metric == BoostingMetric.LogLoss ? value < _best : value > _best;
        if (double.IsNaN(_best) || better)
        {
            _best = value;
            BestRounds = History.Count;
        }

        return patience == 0 || History.Count - BestRounds < patience;
    }
}
