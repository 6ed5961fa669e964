using System.Globalization;

namespace Vigil.Training.Plots;

/// <summary>One axis of a plot.</summary>
/// <param name="Name">What is measured, with its unit.</param>
/// <param name="From">Where it begins; above 0 on a logarithmic one.</param>
/// <param name="To">Where it ends.</param>
/// <param name="IsLogarithmic">Whether each power of ten has the same length.</param>
public sealed record Axis(string Name, double From, double To, bool IsLogarithmic = false)
{
    /// <summary>A share from nothing to everything.</summary>
    public static Axis Share(string name) => new(name, 0, 1);

    /// <summary>Where a value lies, 0 at the beginning and 1 at the end; what is beyond lies at the end.</summary>
    public double PlaceOf(double value) => IsLogarithmic
        ? Math.Clamp((Math.Log10(Math.Max(value, From)) - Math.Log10(From)) / (Math.Log10(To) - Math.Log10(From)), 0, 1)
        : Math.Clamp((value - From) / (To - From), 0, 1);

    /// <summary>Values with a mark, and what is written there.</summary>
    public IEnumerable<(double Value, string Text)> Ticks()
    {
        if (!IsLogarithmic)
        {
            for (var i = 0; i <= 5; i++)
                yield return (From + (To - From) * i / 5, Text(From + (To - From) * i / 5));
            yield break;
        }

        for (var power = (int)Math.Ceiling(Math.Log10(From) - 1e-9); power <= Math.Log10(To) + 1e-9; power++)
            yield return (Math.Pow(10, power), Text(Math.Pow(10, power)));
    }

    private static string Text(double share) => (share * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%";
}
