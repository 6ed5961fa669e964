using System.Buffers;
using Vigil.Core.Transactions;

namespace Vigil.Detection.Sources;

/// <summary>What the rows of a file look like, and how one becomes the JSON of a transaction.</summary>
internal abstract class RowFormat
{
    /// <summary>Whether values may be quoted and then hold line breaks.</summary>
    public virtual bool Quoted => false;

    /// <summary>Whether the first record is a header.</summary>
    public virtual bool HasHeader => true;

    /// <summary>State that rows depend on besides their own text; see <see cref="FilePosition.Seconds"/>.</summary>
    public long Seconds { get; set; }

    /// <summary>Writes the row's transaction as JSON; what is wrong with the values themselves is the decoder's to say.</summary>
    /// <param name="row">The record, UTF-8.</param>
    /// <param name="number">The row's number in the file, from 0.</param>
    /// <param name="json">Receives the JSON.</param>
    /// <param name="rejection">Why there is none, where the result is false.</param>
    public abstract bool TryWriteJson(
        ReadOnlySpan<byte> row, long number, IBufferWriter<byte> json, out Rejection rejection);

    /// <summary>Tells the format from the first record.</summary>
    /// <exception cref="InvalidDataException">It is none that is known.</exception>
    public static RowFormat Of(ReadOnlySpan<byte> first)
    {
        if (first.TrimStart(" \t"u8) is [(byte)'{', ..])
            return new NdjsonFormat();
        return first.SequenceEqual(CompactFormat.Header) ? new CompactFormat() : new CsvFormat(first);
    }

    private sealed class NdjsonFormat : RowFormat
    {
        public override bool HasHeader => false;

        public override bool TryWriteJson(
            ReadOnlySpan<byte> row, long number, IBufferWriter<byte> json, out Rejection rejection)
        {
            rejection = default;
            json.Write(row);
            return true;
        }
    }
}
