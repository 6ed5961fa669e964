namespace Vigil.Training.Simulation;

/// <summary>
/// Logarithm and normal quantile from additions, multiplications, divisions and square roots alone. Math.Log is the
/// platform's and may differ in the last bit; these may not.
/// </summary>
internal static class PortableMath
{
    private const double Ln2 = 0.693147180559945309417;

    /// <summary>Natural logarithm of a positive normal number, to about 2 units in the last place.</summary>
    public static double Log(double x)
    {
        // x = 2^exponent * m with m in [sqrt(1/2), sqrt(2)), then log m = 2 artanh((m - 1) / (m + 1)).
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.41421356237309504880)
        {
            m *= 0.5;
            exponent++;
        }

        var f = (m - 1) / (m + 1);
        var s = f * f; // at most 0.0295, so the first term left out is below 1e-18
        var series = 1 + s * (1.0 / 3 + s * (1.0 / 5 + s * (1.0 / 7 + s * (1.0 / 9 + s * (1.0 / 11 + s * (1.0 / 13
            + s * (1.0 / 15 + s * (1.0 / 17 + s * (1.0 / 19 + s * (1.0 / 21 + s * (1.0 / 23)))))))))));
        return exponent * Ln2 + 2 * f * series;
    }

    /// <summary>
    /// The x below which a standard normal lies with probability p, for p in (0, 1); relative error about 1e-16.
    /// Algorithm AS 241, PPND16 (Wichura, Applied Statistics 37, 1988).
    /// </summary>
    public static double NormalQuantile(double p)
    {
        var q = p - 0.5;
        if (q is >= -0.425 and <= 0.425)
        {
            var c = 0.180625 - q * q;
            return q
                * (((((((2.5090809287301226727e3 * c + 3.3430575583588128105e4) * c + 6.7265770927008700853e4) * c
                    + 4.5921953931549871457e4) * c + 1.3731693765509461125e4) * c + 1.9715909503065514427e3) * c
                    + 1.3314166789178437745e2) * c + 3.3871328727963666080e0)
                / (((((((5.2264952788528545610e3 * c + 2.8729085735721942674e4) * c + 3.9307895800092710610e4) * c
                    + 2.1213794301586595867e4) * c + 5.3941960214247511077e3) * c + 6.8718700749205790830e2) * c
                    + 4.2313330701600911252e1) * c + 1.0);
        }

        var r = Math.Sqrt(-Log(q < 0 ? p : 1 - p));
        double x;
        if (r <= 5)
        {
            r -= 1.6;
            x = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
                    + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
                    + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)
                / (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
                    + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
                    + 2.05319162663775882187e0) * r + 1.0);
        }
        else
        {
            r -= 5;
            x = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
                    + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
                    + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)
                / (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
                    + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
                    + 5.99832206555887937690e-1) * r + 1.0);
        }

        return q < 0 ? -x : x;
    }
}
