using Vigil.Training.Simulation;

namespace Vigil.Tests.Training.Simulation;

public sealed class PortableMathTests
{
    [Theory]
    [InlineData(1e-300)]
    [InlineData(1.1102230246251565e-16)]
    [InlineData(0.1)]
    [InlineData(0.70710678118654746)]
    [InlineData(0.99999999999999989)]
    [InlineData(1.0000000000000002)]
    [InlineData(1.4142135623730951)]
    [InlineData(123456.789)]
    public void Logarithm_agrees_with_the_platform_to_the_last_bits(double x) =>
        PortableMath.Log(x).ShouldBe(Math.Log(x), Math.Abs(Math.Log(x)) * 1e-15);

    [Fact]
    public void Logarithm_of_one_is_zero() => PortableMath.Log(1).ShouldBe(0);

    // scipy.stats.norm.ppf, version 1.10.1
    [Theory]
    [InlineData(1e-12, -7.034483825301131)]
    [InlineData(1e-5, -4.264890793922825)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(0.075, -1.4395314709384563)]
    [InlineData(0.3, -0.5244005127080409)]
    [InlineData(0.5, 0.0)]
    [InlineData(0.9, 1.2815515655446004)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.9999, 3.719016485455709)]
    public void Normal_quantile_agrees_with_scipy(double p, double expected) =>
        PortableMath.NormalQuantile(p).ShouldBe(expected, 2e-15 * Math.Max(1, Math.Abs(expected)) + 1e-15);
}
