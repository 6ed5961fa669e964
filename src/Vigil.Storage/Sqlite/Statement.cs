using System.Runtime.InteropServices;
using SQLitePCL;

namespace Vigil.Storage.Sqlite;

/// <summary>
/// A prepared statement: bind, step, read columns, dispose. Disposing makes it ready for its next use, and ends the
/// read that would otherwise keep the write-ahead log from being emptied. Spans are valid until the next step.
/// </summary>
internal sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
{
    /// <param name="index">1 for the first parameter.</param>
    /// <param name="value">The value.</param>
    public void Bind(int index, long value) => database.Check(raw.sqlite3_bind_int64(handle, index, value));

    public void Bind(int index, long? value)
    {
        if (value is { } some)
            Bind(index, some);
        else
            BindNull(index);
    }

    public void Bind(int index, double value) => database.Check(raw.sqlite3_bind_double(handle, index, value));

    public void Bind(int index, bool? value) => Bind(index, value is { } some ? (some ? 1L : 0L) : null);

    public void Bind(int index, string? value)
    {
        if (value is null)
            BindNull(index);
        else
            database.Check(raw.sqlite3_bind_text(handle, index, value));
    }

    /// <summary>Binds UTF-8 text; an empty one as NULL.</summary>
    public void BindText(int index, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            BindNull(index);
        else
            database.Check(raw.sqlite3_bind_text(handle, index, utf8));
    }

    public void BindBlob(int index, ReadOnlySpan<byte> bytes) =>
        database.Check(raw.sqlite3_bind_blob(handle, index, bytes));

    public void BindNull(int index) => database.Check(raw.sqlite3_bind_null(handle, index));

    /// <summary>Moves to the next row; false after the last.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        database.Check(code);
        return false;
    }

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

    public int ColumnCount => raw.sqlite3_column_count(handle);

    /// <param name="column">0 for the first column.</param>
    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public bool? BoolOrNull(int column) => IsNull(column) ? null : Long(column) != 0;

    public double Double(int column) => raw.sqlite3_column_double(handle, column);

    /// <summary>A score: NaN for NULL.</summary>
    public float Float(int column) => IsNull(column) ? float.NaN : (float)raw.sqlite3_column_double(handle, column);

    /// <summary>The bytes of a blob, or of a text as UTF-8; empty for NULL.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>A vector of 32-bit floats, little-endian as every platform that .NET 10 supports here.</summary>
    public ReadOnlySpan<float> Floats(int column) => MemoryMarshal.Cast<byte, float>(Bytes(column));

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Ready for the next use. The result repeats the failure of the last step, which has been thrown already.</summary>
    public void Dispose() => raw.sqlite3_reset(handle);

    internal void Close() => handle.Dispose();
}
