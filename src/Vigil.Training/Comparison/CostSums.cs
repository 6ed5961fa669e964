namespace Vigil.Training.Comparison;

/// <summary>
/// Labelled payments from the highest score on, with sums of what each would cost if it were let through, reviewed or
/// blocked. Place n stands for a threshold that the first n reach.
/// </summary>
internal sealed class CostSums
{
    private const double UnitsPerMajor = 10_000;

    private readonly float[] _scores;
    private readonly double[] _rows;
    private readonly double[] _frauds;
    private readonly double[] _allowed;
    private readonly double[] _reviewed;
    private readonly double[] _blocked;

    public CostSums(JudgedRows rows, ReviewCosts costs)
    {
        var order = rows.LabelledRows();
        if (order.Length == 0)
            throw new ArgumentException("No payment is labelled: nothing can be said about costs.", nameof(rows));
        Array.Sort(order, (a, b) => rows.Scores(0)[b].CompareTo(rows.Scores(0)[a]) is not 0 and var by ? by : a.CompareTo(b));
        _scores = [.. order.Select(r => rows.Scores(0)[r])];
        (_rows, _frauds) = (new double[order.Length + 1], new double[order.Length + 1]);
        (_allowed, _reviewed, _blocked) = (new double[order.Length + 1], new double[order.Length + 1], new double[order.Length + 1]);
        for (var i = 0; i < order.Length; i++)
        {
            var fraud = rows.Label(order[i]) == true;
            // A control stands for the payments that were blocked beside it.
            double weight = rows.Weight(order[i]);
            var loss = weight * (fraud ? rows.Units[order[i]] / UnitsPerMajor * costs.AmountAtRisk : 0);
            _rows[i + 1] = _rows[i] + weight;
            _frauds[i + 1] = _frauds[i] + (fraud ? weight : 0);
            _allowed[i + 1] = _allowed[i] + loss;
            _reviewed[i + 1] = _reviewed[i] + weight * costs.Review + loss * (1 - costs.ReviewRecall);
            _blocked[i + 1] = _blocked[i] + (fraud ? 0 : weight * costs.LostCustomer);
        }
    }

    public int Count => _scores.Length;

    /// <summary>Payments before a place, by weight.</summary>
    public double RowsOf(int place) => _rows[place];

    /// <summary>The first place with so many payments before it.</summary>
    public int PlaceOf(double rows)
    {
        var found = Array.BinarySearch(_rows, rows);
        return found >= 0 ? found : Math.Min(~found, Count);
    }

    public double FraudsOf(int place) => _frauds[place];

    /// <summary>The lowest score that reaches the threshold of a place; above 1 for none.</summary>
    public double ThresholdOf(int place) => place == 0 ? 2 : _scores[place - 1];

    /// <summary>Whether a threshold can end there: payments of the same score stand or fall together.</summary>
    public bool IsEnd(int place) => place == 0 || place == Count || _scores[place] != _scores[place - 1];

    /// <summary>The next such place.</summary>
    public int EndOfTie(int place)
    {
        while (!IsEnd(place))
            place++;
        return place;
    }

    /// <summary>Cost of all payments where the first ones are blocked, the next reviewed and the others let through.</summary>
    public double Cost(int block, int review) => _blocked[block] + _reviewed[review] - _reviewed[block] + _allowed[Count] - _allowed[review];

    /// <summary>The cheapest pair with no more reviews than there is capacity for.</summary>
    /// <param name="capacity">Reviews over all payments.</param>
    public (int Block, int Review) Best(double capacity)
    {
        int[] places = [.. Enumerable.Range(0, Count + 1).Where(IsEnd)];
        var best = (Block: 0, Review: 0, Cost: Cost(0, 0));
        // For each review place the block places that leave at most the capacity between them slide along; of those
        // the one that saves most is the first of a queue that only falls.
        var queue = new LinkedList<int>();
        var next = 0;
        foreach (var review in places)
        {
            for (; next < places.Length && places[next] <= review; next++)
            {
                while (queue.Last is { } last && Saves(last.Value) >= Saves(places[next]))
                    queue.RemoveLast();
                queue.AddLast(places[next]);
            }

            while (queue.First is { } first && _rows[review] - _rows[first.Value] > capacity)
                queue.RemoveFirst();
            if (queue.First is { } block && Cost(block.Value, review) < best.Cost)
                best = (block.Value, review, Cost(block.Value, review));
        }

        return (best.Block, best.Review);

        double Saves(int block) => _blocked[block] - _reviewed[block];
    }
}
