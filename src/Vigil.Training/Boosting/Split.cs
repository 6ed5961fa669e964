namespace Vigil.Training.Boosting;

/// <summary>A way to divide a node: bins up to and including <paramref name="Bin"/> go left.</summary>
/// <param name="Gain">Reduction of twice the regularised loss; 0 if no split is worth it.</param>
/// <param name="Column">The feature, or -1.</param>
/// <param name="Bin">The last bin of the left side.</param>
/// <param name="MissingLeft">Where rows go that lack the feature.</param>
/// <param name="LeftGradient">Quantized sum of the left rows.</param>
/// <param name="LeftHessian">Quantized sum of the left rows.</param>
internal readonly record struct Split(double Gain, int Column, int Bin, bool MissingLeft, long LeftGradient, long LeftHessian)
{
    internal static readonly Split None = new(0, -1, 0, false, 0, 0);

    internal bool IsValid => Column >= 0;
}
