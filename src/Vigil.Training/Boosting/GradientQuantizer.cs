using System.Runtime.CompilerServices;

namespace Vigil.Training.Boosting;

/// <summary>
/// Gradients and hessians as 32-bit integers of a fixed scale, packed into one 64-bit word (gradient low, hessian
/// high). Sums of integers are exact: they do not depend on the order of addition, hence not on threads, and a
/// sibling's histogram is its parent's minus the other's without an error. The resolution is 2^-30 of the largest
/// possible gradient, which is below what float32 gradients carry.
/// </summary>
internal sealed class GradientQuantizer
{
    private readonly double _gradientScale;
    private readonly double _hessianScale;

    /// <param name="maxWeight">Largest weight of a row; |gradient| is at most it, a hessian at most a quarter of it.</param>
    internal GradientQuantizer(double maxWeight)
    {
        var exponent = 30 - (int)Math.Ceiling(Math.Log2(Math.Max(maxWeight, 1e-30)));
        _gradientScale = Math.ScaleB(1, exponent);
        _hessianScale = Math.ScaleB(1, exponent + 2);
        GradientUnit = 1 / _gradientScale;
        HessianUnit = 1 / _hessianScale;
    }

    /// <summary>What a sum of quantized gradients is multiplied by.</summary>
    internal double GradientUnit { get; }

    /// <summary>What a sum of quantized hessians is multiplied by.</summary>
    internal double HessianUnit { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long Quantize(float gradient, float hessian)
    {
        var g = double.ConvertToIntegerNative<int>(Math.Round(gradient * _gradientScale));
        var h = double.ConvertToIntegerNative<int>(Math.Round(hessian * _hessianScale));
        return ((long)h << 32) | (uint)g;
    }
}
