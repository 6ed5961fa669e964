using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Vigil.Training.Simulation;

/// <summary>
/// The benchmark's file format: CSV with the header <c>dt_s,customer,terminal,cents,scenario</c>, where dt_s is the
/// seconds since the row before (for the first row, since the start), usually gzipped.
/// </summary>
public static class CompactFile
{
    private const string Header = "dt_s,customer,terminal,cents,scenario";
    private const int ColumnCount = 5;
    private const int BufferSize = 1 << 16;
    private static readonly string[] ColumnNames = Header.Split(',');

    /// <summary>Reads a whole file, gzipped or not (told by its first two bytes).</summary>
    /// <param name="stream">Read to its end, not closed.</param>
    /// <exception cref="InvalidDataException">
    /// A row is malformed, with its line number, or the gzip data is damaged or cut off.
    /// </exception>
    public static CompactDataset Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var magic = new byte[2];
        var read = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        var whole = new PrefixedStream(magic.AsMemory(0, read), stream);
        if (read < 2 || magic[0] != 0x1F || magic[1] != 0x8B)
            return Parse(whole);

        using var unzipped = new GZipStream(whole, CompressionMode.Decompress, leaveOpen: true);
        return Parse(unzipped);
    }

    /// <summary>Writes a data set, gzipped.</summary>
    /// <param name="stream">Receives the file; not closed.</param>
    /// <param name="dataset">Its seconds must not decrease.</param>
    /// <exception cref="ArgumentException">A row is earlier than the one before it.</exception>
    public static void Write(Stream stream, CompactDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(dataset);
        using var zipped = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        using var text = new StreamWriter(zipped, new UTF8Encoding(false), BufferSize) { NewLine = "\n" };
        text.WriteLine(Header);
        var previous = 0;
        for (var row = 0; row < dataset.Count; row++)
        {
            var wait = dataset.Seconds[row] - previous;
            if (wait < 0)
                throw new ArgumentException($"Row {row} is earlier than the row before it.", nameof(dataset));
            previous = dataset.Seconds[row];
            text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{wait},{dataset.Customer[row]},{dataset.Terminal[row]},{dataset.Cents[row]},{dataset.Scenario[row]}"));
        }
    }

    private static CompactDataset Parse(Stream stream)
    {
        var rows = new RowBuilder();
        var buffer = new byte[BufferSize];
        var kept = 0; // bytes of an unfinished line at the start of the buffer
        for (var line = 1; ;)
        {
            var read = stream.Read(buffer, kept, buffer.Length - kept);
            var text = buffer.AsSpan(0, kept + read);
            for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
                rows.Add(text[..end], line++);
            if (read == 0)
            {
                if (text.Length > 0 || line == 1)
                    rows.Add(text, line);
                return rows.Build();
            }

            if (text.Length == buffer.Length)
                throw new InvalidDataException($"Line {line} is longer than {BufferSize} bytes.");
            text.CopyTo(buffer);
            kept = text.Length;
        }
    }

    private sealed class RowBuilder
    {
        private readonly List<int> _seconds = [], _customer = [], _terminal = [], _cents = [];
        private readonly List<byte> _scenario = [];
        private long _now;

        public void Add(ReadOnlySpan<byte> text, int line)
        {
            if (text.EndsWith("\r"u8))
                text = text[..^1];
            if (line == 1)
            {
                if (!text.SequenceEqual(Encoding.ASCII.GetBytes(Header)))
                    throw new InvalidDataException($"Line 1 must be the header '{Header}'.");
                return;
            }

            Span<int> values = stackalloc int[ColumnCount];
            ParseRow(text, values, line);
            _now += values[0];
            if (_now > int.MaxValue)
                throw new InvalidDataException($"Line {line}: the time is more than {int.MaxValue} seconds after the start.");
            if (values[4] > 3)
                throw new InvalidDataException($"Line {line}: scenario must be 0, 1, 2 or 3, not {values[4]}.");
            _seconds.Add((int)_now);
            _customer.Add(values[1]);
            _terminal.Add(values[2]);
            _cents.Add(values[3]);
            _scenario.Add((byte)values[4]);
        }

        public CompactDataset Build() => new([.. _seconds], [.. _customer], [.. _terminal], [.. _cents], [.. _scenario]);

        private static void ParseRow(ReadOnlySpan<byte> text, Span<int> values, int line)
        {
            var at = 0;
            for (var column = 0; column < ColumnCount; column++)
            {
                long value = 0;
                var start = at;
                for (; at < text.Length && (uint)(text[at] - '0') <= 9 && value <= int.MaxValue; at++)
                    value = value * 10 + (text[at] - '0');
                if (value > int.MaxValue)
                    throw new InvalidDataException($"Line {line}: {ColumnNames[column]} is larger than {int.MaxValue}.");
                var last = column == ColumnCount - 1;
                if (at == start || (last ? at != text.Length : at == text.Length || text[at] != ','))
                    throw new InvalidDataException($"Line {line}: {ColumnNames[column]} must be a whole number from 0, and a row must be '{Header}'.");
                values[column] = (int)value;
                at++;
            }
        }
    }
}
