using Vigil.Training.Rules;

namespace Vigil.Tests.Training.Rules;

public class RoundNumbersTests
{
    [Theory]
    [InlineData(223.7, 220, 230)]
    [InlineData(0.03456, 0.034, 0.035)]
    [InlineData(7, 7, 7)]
    [InlineData(99.9, 99, 100)]
    [InlineData(-1.23, -1.3, -1.2)]
    [InlineData(0, 0, 0)]
    public void The_neighbours_of_a_number_have_two_digits(double value, double below, double above) =>
        RoundNumbers.Around(value).ShouldBe((below, above));

    [Theory]
    [InlineData(200, 0)]
    [InlineData(7, 0)]
    [InlineData(30, 1)]
    [InlineData(2.5, 2)]
    [InlineData(0.47, 3)]
    public void Rounder_numbers_are_less_rough(double value, int roughness) => RoundNumbers.Roughness(value).ShouldBe(roughness);

    [Theory]
    [InlineData(604_800, "7 * 86400")]
    [InlineData(86_400, "86400")]
    [InlineData(7_200, "2 * 3600")]
    public void Spans_of_time_are_in_whole_units(double seconds, string text) => RoundNumbers.SpanText(seconds).ShouldBe(text);

    [Fact]
    public void The_text_of_a_threshold_reads_back_as_the_threshold()
    {
        for (var value = 0.001; value < 1e6; value *= 1.37)
        {
            var (below, above) = RoundNumbers.Around(value);
            double.Parse(RoundNumbers.Text(below), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(below);
            double.Parse(RoundNumbers.Text(above), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(above);
            below.ShouldBeLessThanOrEqualTo(value);
            above.ShouldBeGreaterThanOrEqualTo(value);
        }
    }
}
