namespace Vigil.Storage.Data;

/// <summary>The rows of a statement: sequence number, time, payload. None where it is null.</summary>
internal sealed class StatementHistory(Statement? select) : HistorySource
{
    public override long Sequence => select!.Long(0);

    public override long Time => select!.Long(1);

    public override ReadOnlySpan<byte> Payload => select!.Bytes(2);

    public override bool MoveNext() => select is not null && select.Step();

    public override void Close() => select?.Dispose();
}
