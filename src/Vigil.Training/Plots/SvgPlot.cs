using System.Globalization;
using System.Security;
using System.Text;

namespace Vigil.Training.Plots;

/// <summary>
/// A plot as SVG: a title, two axes with units, lines and points, and a description for those who cannot see it. It needs no
/// script, no style sheet and no font from elsewhere. The same data give the same bytes.
/// </summary>
/// <param name="title">What it shows, with the number that matters.</param>
/// <param name="description">The same in a sentence or two, for screen readers.</param>
/// <param name="x">The axis at the bottom.</param>
/// <param name="y">The axis at the left.</param>
public sealed class SvgPlot(string title, string description, Axis x, Axis y)
{
    /// <summary>Length of each axis, pixels.</summary>
    public const int Length = 400;

    /// <summary>Where the axes meet, pixels from the left.</summary>
    public const int Left = 75;

    /// <summary>Where the left axis ends, pixels from the top.</summary>
    public const int Top = 45;

    private const int Width = Left + Length + 30;
    private const int Height = Top + Length + 60;

    // What cannot be seen apart is not written.
    private const double Nearest = 0.1;

    private readonly StringBuilder _body = new();

    /// <summary>Adds a line through points.</summary>
    /// <param name="name">What it is: its class, and what a pointer shows.</param>
    /// <param name="points">In their order; those that cannot be seen apart from the one before are left out.</param>
    /// <param name="dashed">Whether it is only there to compare with.</param>
    public void Line(string name, IEnumerable<(double X, double Y)> points, bool dashed = false)
    {
        var text = new StringBuilder();
        var (lastX, lastY) = (double.NaN, double.NaN);
        (double X, double Y)? skipped = null;
        foreach (var (atX, atY) in points.Select(p => (AtX(p.X), AtY(p.Y))))
        {
            if (Math.Abs(atX - lastX) + Math.Abs(atY - lastY) < Nearest)
            {
                skipped = (atX, atY);
                continue;
            }

            Add(atX, atY);
            (lastX, lastY, skipped) = (atX, atY, null);
        }

        if (skipped is { } end)
            Add(end.X, end.Y);
        var style = dashed ? "stroke=\"#888\" stroke-dasharray=\"5 4\"" : "stroke=\"#0b57a4\" stroke-width=\"2\"";
        _body.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{Text(name)}\" fill=\"none\" {style} points=\"{text}\"><title>{Text(name)}</title></polyline>\n");

        void Add(double atX, double atY) => text.Append(text.Length == 0 ? "" : " ").Append(Number(atX)).Append(',').Append(Number(atY));
    }

    /// <summary>Adds a point with its range.</summary>
    /// <param name="atX">Its place along the axis at the bottom.</param>
    /// <param name="atY">Its place along the axis at the left.</param>
    /// <param name="low">Where the range of <paramref name="atY"/> begins.</param>
    /// <param name="high">Where it ends.</param>
    /// <param name="says">What a pointer shows.</param>
    public void Point(double atX, double atY, double low, double high, string says)
    {
        var (px, py) = (Number(AtX(atX)), Number(AtY(atY)));
        _body.Append(CultureInfo.InvariantCulture, $"<line stroke=\"#0b57a4\" x1=\"{px}\" y1=\"{Number(AtY(low))}\" x2=\"{px}\" y2=\"{Number(AtY(high))}\"/>\n");
        _body.Append(CultureInfo.InvariantCulture, $"<circle fill=\"#0b57a4\" r=\"4\" cx=\"{px}\" cy=\"{py}\"><title>{Text(says)}</title></circle>\n");
    }

    /// <summary>The file, UTF-8.</summary>
    public byte[] ToBytes()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="12" fill="#222">
            <title id="title">{Text(title)}</title>
            <desc id="desc">{Text(description)}</desc>
            <rect width="{Width}" height="{Height}" fill="#fff"/>
            <text x="{Left}" y="25" font-size="15" font-weight="bold">{Text(title)}</text>
            <path d="M{Left} {Top}V{Top + Length}H{Left + Length}" fill="none" stroke="#222"/>

            """);
        foreach (var (value, text) in x.Ticks())
        {
            var at = Number(AtX(value));
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{at} {Top}V{Top + Length + 5}\" stroke=\"#ddd\"/><text x=\"{at}\" y=\"{Top + Length + 20}\" text-anchor=\"middle\">{text}</text>\n");
        }

        foreach (var (value, text) in y.Ticks())
        {
            var at = AtY(value);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left - 5} {Number(at)}H{Left + Length}\" stroke=\"#ddd\"/><text x=\"{Left - 9}\" y=\"{Number(at + 4)}\" text-anchor=\"end\">{text}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + Length / 2}\" y=\"{Height - 15}\" text-anchor=\"middle\">{Text(x.Name)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"18\" y=\"{Top + Length / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 18 {Top + Length / 2})\">{Text(y.Name)}</text>\n");
        return Encoding.UTF8.GetBytes(svg.Append(_body).Append("</svg>\n").ToString().ReplaceLineEndings("\n"));
    }

    private static string Text(string text) => SecurityElement.Escape(text);

    private static string Number(double pixels) => pixels.ToString("0.###", CultureInfo.InvariantCulture);

    private double AtX(double value) => Left + Length * x.PlaceOf(value);

    private double AtY(double value) => Top + Length * (1 - y.PlaceOf(value));
}
