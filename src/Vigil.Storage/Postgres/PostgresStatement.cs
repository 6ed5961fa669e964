using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;
using Vigil.Storage.Data;

namespace Vigil.Storage.Postgres;

/// <summary>
/// A statement of PostgreSQL. One that is not long takes all of its rows at the first step, so that others may run while
/// they are read.
/// </summary>
internal sealed partial class PostgresStatement : Statement
{
    private readonly PostgresDatabase _database;
    private readonly NpgsqlCommand _command;
    private readonly Dictionary<int, NpgsqlParameter> _parameters = [];
    private readonly bool _isLong;
    private readonly List<object?[]> _rows = [];
    private NpgsqlDataReader? _reader;
    private bool _isRunning;
    private int _next;

    public PostgresStatement(PostgresDatabase database, string sql, bool isLong)
    {
        (_database, _isLong) = (database, isLong);
        _command = new NpgsqlCommand { Connection = database.Connection, CommandTimeout = isLong ? 0 : 60 };
        // Every parameter must be used, and they are numbered without a gap.
        _command.CommandText = Parameter().Replace(sql, match =>
        {
            var index = int.Parse(match.ValueSpan[1..], CultureInfo.InvariantCulture);
            if (!_parameters.TryGetValue(index, out var parameter))
            {
                parameter = new NpgsqlParameter { Value = DBNull.Value };
                _parameters.Add(index, parameter);
                _command.Parameters.Add(parameter);
            }

            return string.Create(CultureInfo.InvariantCulture, $"${_command.Parameters.IndexOf(parameter) + 1}");
        });
    }

    public override int ColumnCount => _isLong ? _reader!.FieldCount : _rows[_next - 1].Length;

    public override void Bind(int index, long value) => Bind(index, value, NpgsqlDbType.Bigint);

    public override void Bind(int index, double value) => Bind(index, value, NpgsqlDbType.Double);

    public override void BindText(int index, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            BindNull(index);
        else
            BindString(index, Encoding.UTF8.GetString(utf8));
    }

    public override void BindBlob(int index, ReadOnlySpan<byte> bytes) => Bind(index, bytes.ToArray(), NpgsqlDbType.Bytea);

    public override void BindNull(int index)
    {
        if (_parameters.TryGetValue(index, out var parameter))
        {
            parameter.ResetDbType();
            parameter.Value = DBNull.Value;
        }
    }

    public override bool Step() => _database.Run(() => _isLong ? StepLong() : StepShort());

    public override bool IsNull(int column) => _isLong ? _reader!.IsDBNull(column) : _rows[_next - 1][column] is null;

    public override long Long(int column) => IsNull(column) ? 0 : Convert.ToInt64(Value(column), CultureInfo.InvariantCulture);

    public override double Double(int column) => IsNull(column) ? 0 : Convert.ToDouble(Value(column), CultureInfo.InvariantCulture);

    public override ReadOnlySpan<byte> Bytes(int column)
    {
        if (IsNull(column))
            return default;
        if (_isLong)
            return _reader!.GetFieldValue<byte[]>(column);
        return _rows[_next - 1][column] is byte[] bytes ? bytes : Encoding.UTF8.GetBytes(Text(column));
    }

    public override string Text(int column) =>
        IsNull(column) ? "" : Convert.ToString(Value(column), CultureInfo.InvariantCulture)!;

    public override void Dispose()
    {
        _rows.Clear();
        (_isRunning, _next) = (false, 0);
        if (_reader is not { } reader)
            return;
        _reader = null;
        // What was not read of a long result is not sent, either.
        if (!reader.IsClosed && !_database.IsBroken)
            _database.Run(() => End(reader));
    }

    internal void Close()
    {
        _reader = null;
        _command.Dispose();
    }

    protected override void BindString(int index, string value) =>
        Bind(index, value.Replace('\0', '\uFFFD'), NpgsqlDbType.Text);

    private static bool End(NpgsqlDataReader reader)
    {
        reader.Dispose();
        return true;
    }

    private object? Value(int column) => _isLong ? _reader!.GetValue(column) : _rows[_next - 1][column];

    private void Bind(int index, object value, NpgsqlDbType type)
    {
        if (!_parameters.TryGetValue(index, out var parameter))
            return;
        parameter.NpgsqlDbType = type;
        parameter.Value = value;
    }

    private bool StepLong()
    {
        _reader ??= _command.ExecuteReader();
        return _reader.Read();
    }

    private bool StepShort()
    {
        if (!_isRunning)
        {
            _isRunning = true;
            using var reader = _command.ExecuteReader();
            while (reader.Read())
            {
                var row = new object?[reader.FieldCount];
                for (var i = 0; i < row.Length; i++)
                    row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
                _rows.Add(row);
            }

            reader.Close();
            if (reader.RecordsAffected >= 0)
                _database.LastChanges = reader.RecordsAffected;
        }

        if (_next == _rows.Count)
            return false;
        _next++;
        return true;
    }

    [GeneratedRegex(@"\?\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
