using Vigil.Core.Decisions;
using Vigil.Core.Models;

namespace Vigil.Storage.Sqlite;

/// <summary>Transactions and their decisions, in the order of acceptance. Spans are valid until the next <see cref="Read"/>.</summary>
public sealed class DecisionCursor : IDisposable
{
    internal DecisionCursor() => throw new NotImplementedException();

    /// <summary>Moves to the next transaction; false after the last.</summary>
    public bool Read() => throw new NotImplementedException();

    public long Sequence => throw new NotImplementedException();

    /// <summary>Event time, microseconds since the epoch.</summary>
    public long Time => throw new NotImplementedException();

    /// <summary>The JSON as received.</summary>
    public ReadOnlySpan<byte> Payload => throw new NotImplementedException();

    /// <summary>The vector that was scored; NaN is missing.</summary>
    public ReadOnlySpan<float> Features => throw new NotImplementedException();

    /// <summary>In [0, 1]; NaN without a model.</summary>
    public float Score => throw new NotImplementedException();

    public ModelKind Model => throw new NotImplementedException();

    public Outcome Outcome => throw new NotImplementedException();

    /// <summary>The rules that matched, as bits.</summary>
    public ulong Rules => throw new NotImplementedException();

    public bool Degraded => throw new NotImplementedException();

    /// <summary>Why, in words, as UTF-8.</summary>
    public ReadOnlySpan<byte> Reason => throw new NotImplementedException();

    public Provenance Provenance => throw new NotImplementedException();

    /// <summary>The present truth: the newest label, or else what the sender already knew; null while unknown.</summary>
    public bool? IsFraud => throw new NotImplementedException();

    /// <summary>When the newest label became known; null where there is none beyond what the sender already knew.</summary>
    public long? LabelObservedAt => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
