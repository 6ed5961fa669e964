using System.Globalization;

namespace Vigil.Storage.Lifecycle;

/// <summary>What the rows of an archive add up to: counted while it is written, and again while it is read back.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Labels">Labels in them.</param>
/// <param name="FirstSequence">The lowest sequence number; 0 for none.</param>
/// <param name="LastSequence">The highest.</param>
/// <param name="Flagged">Rows that were reviewed or blocked.</param>
/// <param name="Amounts">Sums of amounts by currency and number of decimals, such as <c>EUR/2</c>, in minor units.</param>
public sealed record ArchiveTotals(long Rows, long Labels, long FirstSequence, long LastSequence, long Flagged, SortedDictionary<string, string> Amounts)
{
    /// <summary>Whether both are the same in everything.</summary>
    public bool Matches(ArchiveTotals other) =>
        other is not null && (Rows, Labels, FirstSequence, LastSequence, Flagged) == (other.Rows, other.Labels, other.FirstSequence, other.LastSequence, other.Flagged)
        && Amounts.SequenceEqual(other.Amounts);

    /// <summary>Adds up.</summary>
    internal sealed class Counter
    {
        private readonly SortedDictionary<string, Int128> _amounts = new(StringComparer.Ordinal);
        private long _rows;
        private long _labels;
        private long _first;
        private long _last;
        private long _flagged;

        public void Add(ArchivedTransaction row)
        {
            if (_rows++ == 0)
                _first = row.Seq;
            else if (row.Seq <= _last)
                throw new InvalidDataException($"row {row.Seq} follows row {_last}: rows are in the order of their numbers");
            _last = row.Seq;
            _labels += row.Labels.Count;
            _flagged += row.Outcome == 0 ? 0 : 1;
            var key = string.Create(CultureInfo.InvariantCulture, $"{row.Currency}/{row.AmountExponent}");
            _amounts[key] = _amounts.GetValueOrDefault(key) + row.AmountMinor;
        }

        public ArchiveTotals Totals() => new(
            _rows, _labels, _first, _last, _flagged,
            new(_amounts.ToDictionary(sum => sum.Key, sum => sum.Value.ToString(CultureInfo.InvariantCulture)), StringComparer.Ordinal));
    }
}
