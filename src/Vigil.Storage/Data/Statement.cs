using System.Runtime.InteropServices;

namespace Vigil.Storage.Data;

/// <summary>
/// A prepared statement: bind, step, read columns, dispose. Disposing makes it ready for its next use, and ends the
/// read. Spans are valid until the next step.
/// </summary>
internal abstract class Statement : IDisposable
{
    /// <param name="index">1 for the first parameter.</param>
    /// <param name="value">The value.</param>
    public abstract void Bind(int index, long value);

    public void Bind(int index, long? value)
    {
        if (value is { } some)
            Bind(index, some);
        else
            BindNull(index);
    }

    public abstract void Bind(int index, double value);

    public void Bind(int index, bool? value) => Bind(index, value is { } some ? (some ? 1L : 0L) : null);

    public void Bind(int index, string? value)
    {
        if (value is null)
            BindNull(index);
        else
            BindString(index, value);
    }

    /// <summary>Binds UTF-8 text; an empty one as NULL.</summary>
    public abstract void BindText(int index, ReadOnlySpan<byte> utf8);

    public abstract void BindBlob(int index, ReadOnlySpan<byte> bytes);

    public abstract void BindNull(int index);

    /// <summary>Moves to the next row; false after the last.</summary>
    public abstract bool Step();

    /// <summary>Runs it to its end and makes it ready for its next use.</summary>
    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Runs an insert that is <c>RETURNING id</c>.</summary>
    public long RunForId()
    {
        try
        {
            Step();
            return Long(0);
        }
        finally
        {
            Dispose();
        }
    }

    public abstract int ColumnCount { get; }

    /// <param name="column">0 for the first column.</param>
    public abstract bool IsNull(int column);

    public abstract long Long(int column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public bool? BoolOrNull(int column) => IsNull(column) ? null : Long(column) != 0;

    public abstract double Double(int column);

    /// <summary>A score: NaN for NULL.</summary>
    public float Float(int column) => IsNull(column) ? float.NaN : (float)Double(column);

    /// <summary>The bytes of a blob, or of a text as UTF-8; empty for NULL.</summary>
    public abstract ReadOnlySpan<byte> Bytes(int column);

    /// <summary>A vector of 32-bit floats, little-endian as every platform that .NET 10 supports here.</summary>
    public ReadOnlySpan<float> Floats(int column) => MemoryMarshal.Cast<byte, float>(Bytes(column));

    /// <summary>Empty for NULL.</summary>
    public abstract string Text(int column);

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public abstract void Dispose();

    protected abstract void BindString(int index, string value);
}
