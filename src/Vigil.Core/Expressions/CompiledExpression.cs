namespace Vigil.Core.Expressions;

/// <summary>An expression as a delegate. Its code is collectable: it goes when the delegate does.</summary>
/// <typeparam name="T">int (<see cref="Truth"/>) for a condition, double (NaN is missing) for a number.</typeparam>
internal sealed record CompiledExpression<T>(Func<Row, T> Evaluate, ExpressionSummary Summary);
