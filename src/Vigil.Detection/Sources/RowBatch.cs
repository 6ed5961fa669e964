using System.Buffers;
using Vigil.Core.Transactions;

namespace Vigil.Detection.Sources;

/// <summary>Rows on their way from the thread that reads a file to the one that decides.</summary>
internal sealed class RowBatch
{
    private readonly ArrayBufferWriter<byte> _json = new(1 << 18);
    private readonly List<(long Line, Rejection Rejection, Range Json)> _rows = [];

    public int Count => _rows.Count;

    /// <summary>The place after the last row.</summary>
    public FilePosition End { get; private set; }

    /// <summary>Share of the file read, 0 to 1.</summary>
    public double Done { get; private set; }

    /// <summary>Takes the next rows of a file, at most <paramref name="most"/>.</summary>
    public void Fill(TransactionFile file, int most)
    {
        _json.ResetWrittenCount();
        _rows.Clear();
        for (var start = 0; _rows.Count < most && file.Read(_json, out var line, out var rejection); start = _json.WrittenCount)
            _rows.Add((line, rejection, start.._json.WrittenCount));
        End = file.Position;
        Done = file.Length == 0 ? 1 : Math.Min(1, (double)file.BytesRead / file.Length);
    }

    public long Line(int row) => _rows[row].Line;

    /// <summary>Why a row is no JSON; default where it is.</summary>
    public Rejection Rejection(int row) => _rows[row].Rejection;

    public ReadOnlySpan<byte> Json(int row) => _json.WrittenSpan[_rows[row].Json];
}
