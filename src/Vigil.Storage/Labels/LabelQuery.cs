namespace Vigil.Storage.Labels;

/// <summary>Which labels to list, the newest first.</summary>
/// <param name="Limit">Most of them, 1 to <see cref="MaxLimit"/>.</param>
/// <param name="BeforeId">Only those stored before this one; null for all.</param>
/// <param name="Source">Only those of a source; null for all.</param>
public sealed record LabelQuery(int Limit = 100, long? BeforeId = null, string? Source = null)
{
    public const int MaxLimit = 1000;
}
