using System.Globalization;
using System.Xml.Linq;
using Vigil.Training.Evaluation;
using Vigil.Training.Plots;

namespace Vigil.Tests.Training.Plots;

/// <summary>The files are read back: what is drawn is what the metrics say of the same rows.</summary>
public sealed class TrainingPlotsTests
{
    private const int Rows = 3_000;
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly float[] _scores = new float[Rows];
    private readonly bool[] _labels = new bool[Rows];

    public TrainingPlotsTests()
    {
        var random = new Random(3);
        for (var i = 0; i < Rows; i++)
        {
            // Two digits, so that many are equal.
            _scores[i] = MathF.Round((float)Math.Pow(random.NextDouble(), 4), 2);
            _labels[i] = random.NextDouble() < _scores[i];
        }
    }

    [Fact]
    public void The_roc_curve_has_a_point_for_each_threshold_and_the_area_of_the_metric()
    {
        var points = Curve("roc");
        points[0].ShouldBe((0, 0));
        points[^1].ShouldBe((1, 1));
        points.Zip(points.Skip(1)).Sum(p => (p.Second.X - p.First.X) * (p.First.Y + p.Second.Y) / 2).ShouldBe(RankingMetrics.RocAuc(_scores, _labels), 1e-4);
        foreach (var threshold in new[] { 0.5f, 0.1f, 0.9f })
        {
            var (x, y) = (Share(threshold, fraud: false), Share(threshold, fraud: true));
            points.ShouldContain(p => Math.Abs(p.X - x) < 1e-3 && Math.Abs(p.Y - y) < 1e-3, $"of {threshold}");
        }

        Title("roc").ShouldBe(string.Create(CultureInfo.InvariantCulture, $"ROC: area {RankingMetrics.RocAuc(_scores, _labels):0.0000}"));
    }

    [Fact]
    public void The_steps_of_precision_over_recall_sum_to_average_precision()
    {
        var points = Curve("precision_recall");
        points.Zip(points.Skip(1)).Sum(p => (p.Second.X - p.First.X) * p.Second.Y).ShouldBe(RankingMetrics.AveragePrecision(_scores, _labels), 1e-3);
        points.Max(p => p.X).ShouldBe(1, 1e-6);
    }

    [Fact]
    public void Calibration_shows_each_bin_where_it_lies_and_the_error_of_the_metric()
    {
        var bins = ProbabilityMetrics.Reliability(_scores, _labels);
        var circles = Document("calibration").Descendants(Svg + "circle").Select(c => (X: Logarithmic(X(Number(c, "cx"))), Y: Logarithmic(Y(Number(c, "cy"))))).ToList();
        circles.Count.ShouldBe(bins.Count);
        foreach (var (circle, bin) in circles.Zip(bins))
        {
            circle.X.ShouldBe(Math.Clamp(bin.MeanScore, 1e-4, 1), bin.MeanScore * 1e-3 + 1e-6);
            circle.Y.ShouldBe(Math.Clamp(bin.FraudShare, 1e-4, 1), bin.FraudShare * 1e-3 + 1e-6);
        }

        Title("calibration").ShouldBe(string.Create(CultureInfo.InvariantCulture, $"Calibration: error {ProbabilityMetrics.ExpectedCalibrationError(_scores, _labels):0.00000}"));
    }

    [Fact]
    public void Gain_says_which_share_of_frauds_a_share_of_reviews_finds()
    {
        var points = Curve("gain", logarithmicX: true);
        foreach (var threshold in new[] { 0.5f, 0.2f, 0.05f })
        {
            var (x, y) = (_scores.Count(s => s >= threshold) / (double)Rows, Share(threshold, fraud: true));
            points.ShouldContain(p => Math.Abs(p.X - x) < 2e-3 && Math.Abs(p.Y - y) < 2e-3, $"of {threshold}");
        }

        points[^1].X.ShouldBe(1, 1e-6);
        points[^1].Y.ShouldBe(1, 1e-6);
    }

    [Theory]
    [InlineData("roc")]
    [InlineData("precision_recall")]
    [InlineData("calibration")]
    [InlineData("gain")]
    public void Each_is_named_described_has_units_and_asks_for_nothing_from_elsewhere(string name)
    {
        var svg = Document(name);
        svg.Root!.Attribute("role")!.Value.ShouldBe("img");
        foreach (var id in svg.Root.Attribute("aria-labelledby")!.Value.Split(' '))
            svg.Descendants().Single(e => e.Attribute("id")?.Value == id).Value.ShouldNotBeEmpty();
        svg.Descendants(Svg + "text").Count(t => t.Value.EndsWith('%')).ShouldBeGreaterThanOrEqualTo(10);
        svg.Descendants(Svg + "text").Count(t => t.Value.Contains("share", StringComparison.Ordinal) || t.Value.Contains("probability", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(2);
        svg.Descendants().ShouldAllBe(e => e.Name.LocalName != "script" && e.Name.LocalName != "style" && e.Attribute("href") == null);
        svg.ToString().Replace(Svg.NamespaceName, "", StringComparison.Ordinal).ShouldNotContain("http");
    }

    [Fact]
    public void Weights_move_the_curve_as_repeated_rows_do()
    {
        float[] scores = [0.9f, 0.8f, 0.5f, 0.1f];
        bool[] labels = [true, false, true, false];
        var weighted = TrainingPlots.Of(scores, scores, labels, [1, 1, 3, 1]);
        var repeated = TrainingPlots.Of([0.9f, 0.8f, 0.5f, 0.5f, 0.5f, 0.1f], [0.9f, 0.8f, 0.5f, 0.5f, 0.5f, 0.1f], [true, false, true, true, true, false], []);
        Points(weighted["plots/roc.svg"].Span).ShouldBe(Points(repeated["plots/roc.svg"].Span));
        Points(weighted["plots/gain.svg"].Span).ShouldBe(Points(repeated["plots/gain.svg"].Span));
    }

    private static string Points(ReadOnlySpan<byte> svg) =>
        XDocument.Parse(System.Text.Encoding.UTF8.GetString(svg)).Descendants(Svg + "polyline").Last().Attribute("points")!.Value;

    private double Share(float threshold, bool fraud) =>
        Enumerable.Range(0, Rows).Count(i => _labels[i] == fraud && _scores[i] >= threshold) / (double)_labels.Count(l => l == fraud);

    private List<(double X, double Y)> Curve(string name, bool logarithmicX = false)
    {
        var points = Document(name).Descendants(Svg + "polyline").Single(p => p.Attribute("class")!.Value == "curve").Attribute("points")!.Value;
        return [.. points.Split(' ').Select(p => p.Split(',')).Select(p => (
            logarithmicX ? Logarithmic(X(Parse(p[0]))) : X(Parse(p[0])), Y(Parse(p[1]))))];
    }

    private string Title(string name) => Document(name).Root!.Element(Svg + "title")!.Value;

    private XDocument Document(string name) =>
        XDocument.Parse(System.Text.Encoding.UTF8.GetString(TrainingPlots.Of(_scores, _scores, _labels, [])[$"plots/{name}.svg"].Span));

    private static double X(double pixels) => (pixels - SvgPlot.Left) / SvgPlot.Length;

    private static double Y(double pixels) => 1 - (pixels - SvgPlot.Top) / SvgPlot.Length;

    private static double Logarithmic(double place) => Math.Pow(10, -4 + 4 * place);

    private static double Number(XElement element, string attribute) => Parse(element.Attribute(attribute)!.Value);

    private static double Parse(string number) => double.Parse(number, CultureInfo.InvariantCulture);
}
