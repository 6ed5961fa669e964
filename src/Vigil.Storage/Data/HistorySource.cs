namespace Vigil.Storage.Data;

/// <summary>What a <see cref="HistoryCursor"/> reads from.</summary>
internal abstract class HistorySource
{
    public abstract long Sequence { get; }

    public abstract long Time { get; }

    public abstract ReadOnlySpan<byte> Payload { get; }

    public abstract bool MoveNext();

    public abstract void Close();
}
