using SQLitePCL;
using Vigil.Storage.Data;

namespace Vigil.Storage.Sqlite;

/// <summary>Disposing it also ends the read that would otherwise keep the write-ahead log from being emptied.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt handle) : Statement
{
    public override void Bind(int index, long value) => database.Check(raw.sqlite3_bind_int64(handle, index, value));

    public override void Bind(int index, double value) => database.Check(raw.sqlite3_bind_double(handle, index, value));

    public override void BindText(int index, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            BindNull(index);
        else
            database.Check(raw.sqlite3_bind_text(handle, index, utf8));
    }

    public override void BindBlob(int index, ReadOnlySpan<byte> bytes) =>
        database.Check(raw.sqlite3_bind_blob(handle, index, bytes));

    public override void BindNull(int index) => database.Check(raw.sqlite3_bind_null(handle, index));

    public override bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        database.Check(code);
        return false;
    }

    public override int ColumnCount => raw.sqlite3_column_count(handle);

    public override bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public override long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public override double Double(int column) => raw.sqlite3_column_double(handle, column);

    public override ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(handle, column);

    public override string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    /// <summary>Ready for the next use. The result repeats the failure of the last step, which has been thrown already.</summary>
    public override void Dispose() => raw.sqlite3_reset(handle);

    internal void Close() => handle.Dispose();

    protected override void BindString(int index, string value) => database.Check(raw.sqlite3_bind_text(handle, index, value));
}
