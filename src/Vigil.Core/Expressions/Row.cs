using Vigil.Core.Expressions.Values;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions;

/// <summary>What a compiled expression reads: one transaction and the numbers known about its past.</summary>
internal sealed class Row(Transaction transaction, int aggregates, int features)
{
    public Transaction Transaction { get; set; } = transaction;

    /// <summary>By the number that the aggregate got when it was asked for; NaN is missing.</summary>
    public double[] Aggregates { get; set; } = new double[aggregates];

    /// <summary>By position in the feature set; NaN is missing.</summary>
    public double[] Features { get; } = new double[features];

    /// <summary>
    /// Where in <see cref="Aggregates"/> an expression that was compiled with <see cref="Scope.BindLater"/> finds the
    /// aggregate of each number that its scope gave.
    /// </summary>
    public int[] Slots { get; set; } = [];

    /// <summary>By the number that the list got when it was asked for.</summary>
    public ValueList[] Lists { get; set; } = [];

    /// <summary>Values of the variables of a pure scope, in its order.</summary>
    public Value[] Variables { get; set; } = [];

    /// <summary>The model's score; NaN before or without it.</summary>
    public double Score { get; set; } = double.NaN;
}
