namespace Vigil.Training.Logistic;

/// <summary>How a logistic regression is fitted.</summary>
public sealed record LogisticOptions
{
    /// <summary>
    /// L2 penalty: half of it times the squared weights (of standardised features; the bias is free) is added to the sum
    /// of the rows' losses. 1e-9 or more; default 1.
    /// </summary>
    public double L2 { get; init; } = 1;

    /// <summary>Newton steps at most. 1 to 1,000; default 50; fewer than 15 are needed as a rule.</summary>
    public int MaxIterations { get; init; } = 50;

    /// <summary>Fitted when a step would lower the mean loss by less. Above 0; default 1e-10.</summary>
    public double Tolerance { get; init; } = 1e-10;

    /// <summary>Threads; 0 for all processors (the default). The model does not depend on it.</summary>
    public int Threads { get; init; }

    /// <exception cref="ArgumentException">Says which option, its value and what is allowed.</exception>
    public void Validate()
    {
        if (!(L2 >= 1e-9 && double.IsFinite(L2)))
            throw new ArgumentException(FormattableString.Invariant($"L2 is {L2}; allowed: 1e-9 or more."));
        if (MaxIterations is < 1 or > 1000)
            throw new ArgumentException($"MaxIterations is {MaxIterations}; allowed: 1 to 1,000.");
        if (!(Tolerance > 0))
            throw new ArgumentException(FormattableString.Invariant($"Tolerance is {Tolerance}; allowed: above 0."));
        if (Threads < 0)
            throw new ArgumentException($"Threads is {Threads}; allowed: 0 (all processors) or more.");
    }
}
