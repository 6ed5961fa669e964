using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vigil.Training.Boosting;

/// <summary>
/// Finds the best cut of one feature from its histogram, with the gain of Chen and Guestrin (KDD 2016, equation 7,
/// without the factor 1/2, as XGBoost reports it; L1 by soft thresholding) and both directions for missing values
/// (algorithm 3). Of equal gains the lowest bin wins.
/// </summary>
internal sealed class SplitFinder
{
    // XGBoost's kRtEps: a smaller gain is noise.
    private const double MinGain = 1e-6;

    private readonly double _lambda;
    private readonly double _alpha;
    private readonly double _minGain;
    private readonly double _gradientUnit;
    private readonly double _hessianUnit;
    private readonly double _minChildHessian;

    internal SplitFinder(BoostingOptions options, GradientQuantizer quantizer)
    {
        _lambda = options.Lambda;
        _alpha = options.Alpha;
        _minGain = options.MinSplitLoss;
        _gradientUnit = quantizer.GradientUnit;
        _hessianUnit = quantizer.HessianUnit;
        _minChildHessian = options.MinChildWeight;
    }

    internal double Hessian(long quantized) => quantized * _hessianUnit;

    /// <summary>The weight of a leaf with these sums: -T(G) / (H + lambda).</summary>
    internal double Weight(long gradient, long hessian)
    {
        var denominator = (hessian * _hessianUnit) + _lambda;
        return denominator > 0 ? -Threshold(gradient * _gradientUnit) / denominator : 0;
    }

    internal double Gain(long gradient, long hessian)
    {
        var g = Threshold(gradient * _gradientUnit);
        var denominator = (hessian * _hessianUnit) + _lambda;
        return denominator > 0 ? g * g / denominator : 0;
    }

    /// <summary>Whether a node of this sum could have two children that are heavy enough.</summary>
    internal bool CanSplit(long hessian) => hessian > 0 && hessian * _hessianUnit >= 2 * _minChildHessian;

    /// <summary>Tries every bin.</summary>
    internal Split FindDense(BinnedColumn column, int index, ReadOnlySpan<Vector128<long>> histogram, GrowingNode node)
    {
        var scan = new Scan(this, column, histogram, node);
        var last = column.PresentBins - 1;
        for (var bin = 0; bin < last; bin++)
        {
            var sums = histogram[bin];
            if (sums != Vector128<long>.Zero && !scan.Add(bin, sums))
                break;
        }

        scan.TryIsolatingMissing(last);
        if (scan.BestBin < 0)
            return Split.None;
        var next = scan.BestBin + 1;
        while (next < last && histogram[next] == Vector128<long>.Zero)
            next++;
        return scan.Result(index, next);
    }

    /// <summary>Tries the occupied bins only, and clears them and their marks.</summary>
    internal Split FindSparse(BinnedColumn column, int index, Span<Vector128<long>> histogram, Span<ulong> occupied, GrowingNode node)
    {
        var scan = new Scan(this, column, histogram, node);
        var last = column.PresentBins - 1;
        var next = -1;
        for (var bin = NextBit(occupied, 0); bin >= 0 && bin < last; bin = NextBit(occupied, bin + 1))
        {
            if (scan.BestBin >= 0 && next < 0)
                next = bin;
            var before = scan.BestBin;
            var more = scan.Add(bin, histogram[bin]);
            if (scan.BestBin != before)
                next = -1;
            if (!more)
                break;
        }

        scan.TryIsolatingMissing(last);
        for (var w = 0; w < occupied.Length; w++)
        {
            for (var bits = occupied[w]; bits != 0; bits &= bits - 1)
                histogram[(w << 6) + BitOperations.TrailingZeroCount(bits)] = default;
            occupied[w] = 0;
        }

        if (scan.BestBin < 0)
            return Split.None;
        return scan.Result(index, next < 0 ? last : next);
    }

    private static int NextBit(ReadOnlySpan<ulong> marks, int from)
    {
        var word = from >> 6;
        if (word >= marks.Length)
            return -1;
        var bits = marks[word] & (ulong.MaxValue << from);
        while (bits == 0)
        {
            if (++word == marks.Length)
                return -1;
            bits = marks[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Threshold(double gradient)
    {
        if (_alpha == 0)
            return gradient;
        return gradient > _alpha ? gradient - _alpha : gradient < -_alpha ? gradient + _alpha : 0;
    }

    /// <summary>The state of one pass over a feature's bins, from low to high.</summary>
    private ref struct Scan
    {
        private readonly SplitFinder _finder;
        private readonly BinnedColumn _column;
        private readonly long _gradient;
        private readonly long _hessian;
        private readonly long _missingGradient;
        private readonly long _missingHessian;
        private readonly bool _missing;
        private readonly double _parentGain;
        private long _leftGradient;
        private long _leftHessian;
        private double _bestGain;
        private long _bestLeftGradient;
        private long _bestLeftHessian;
        private bool _bestMissingLeft;

        internal Scan(SplitFinder finder, BinnedColumn column, ReadOnlySpan<Vector128<long>> histogram, GrowingNode node)
        {
            _finder = finder;
            _column = column;
            _gradient = node.Gradient;
            _hessian = node.Hessian;
            _parentGain = node.GainAsLeaf;
            _bestGain = 0;
            BestBin = -1;
            if (column.HasMissing)
            {
                var missing = histogram[column.MissingCode];
                _missingGradient = missing[0];
                _missingHessian = missing[1];
                _missing = missing != Vector128<long>.Zero;
            }
        }

        internal int BestBin { get; private set; }

        /// <summary>Moves a bin to the left side and weighs the cut above it; false when the right side is too light for any further one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal bool Add(int bin, Vector128<long> sums)
        {
            _leftGradient += sums[0];
            _leftHessian += sums[1];
            Consider(bin, _leftGradient, _leftHessian, missingLeft: false);
            if (_missing)
                Consider(bin, _leftGradient + _missingGradient, _leftHessian + _missingHessian, missingLeft: true);
            return (_hessian - _leftHessian) * _finder._hessianUnit >= _finder._minChildHessian;
        }

        /// <summary>The cut above all present values: they go left, missing ones right.</summary>
        internal void TryIsolatingMissing(int lastBin)
        {
            if (_missing && _column.CanIsolateMissing)
                Consider(lastBin, _gradient - _missingGradient, _hessian - _missingHessian, missingLeft: false);
        }

        /// <summary>
        /// The best cut. Where no row of the node lies between two occupied bins, any cut between them divides it equally:
        /// the middle one is taken, as an exact search would.
        /// </summary>
        internal readonly Split Result(int index, int nextOccupied)
        {
            var bin = BestBin;
            if (nextOccupied > bin + 1 && bin < _column.PresentBins - 1)
                bin = Middle(bin, Math.Min(nextOccupied - 1, _column.Cuts.Length - 1));
            var missingLeft = _missing ? _bestMissingLeft : _bestLeftHessian >= _hessian - _bestLeftHessian;
            return new Split(_bestGain, index, bin, missingLeft, _bestLeftGradient, _bestLeftHessian);
        }

        private readonly int Middle(int low, int high)
        {
            var cuts = _column.Cuts;
            var middle = (0.5 * cuts[low]) + (0.5 * cuts[high]);
            while (low < high && cuts[low] < middle)
                low++;
            return low;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Consider(int bin, long leftGradient, long leftHessian, bool missingLeft)
        {
            var rightHessian = _hessian - leftHessian;
            if (leftHessian <= 0 || rightHessian <= 0)
                return;
            var left = leftHessian * _finder._hessianUnit;
            var right = rightHessian * _finder._hessianUnit;
            if (left < _finder._minChildHessian || right < _finder._minChildHessian)
                return;
            var gl = _finder.Threshold(leftGradient * _finder._gradientUnit);
            var gr = _finder.Threshold((_gradient - leftGradient) * _finder._gradientUnit);
            left += _finder._lambda;
            right += _finder._lambda;
            var gain = (((gl * gl * right) + (gr * gr * left)) / (left * right)) - _parentGain;
            if (!(gain > _bestGain) || gain <= MinGain || gain < _finder._minGain)
                return;
            _bestGain = gain;
            BestBin = bin;
            _bestLeftGradient = leftGradient;
            _bestLeftHessian = leftHessian;
            _bestMissingLeft = missingLeft;
        }
    }
}
