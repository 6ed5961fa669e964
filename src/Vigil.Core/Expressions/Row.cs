using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions;

/// <summary>What a compiled expression reads: one transaction and the numbers known about its past.</summary>
internal sealed class Row(Transaction transaction, int aggregates, int features)
{
    public Transaction Transaction { get; set; } = transaction;

    /// <summary>By the number that the aggregate got when it was asked for; NaN is missing.</summary>
    public double[] Aggregates { get; } = new double[aggregates];

    /// <summary>By position in the feature set; NaN is missing.</summary>
    public double[] Features { get; } = new double[features];

    /// <summary>The model's score; NaN before or without it.</summary>
    public double Score { get; set; } = double.NaN;
}
