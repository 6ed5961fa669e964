using System.Buffers;
using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Vigil.Cli.Metrics;

/// <summary>
/// Writes metrics in Prometheus' text exposition format, version 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats). Names are those of the instruments: no unit is appended, and
/// <c>_total</c> only to a counter that lacks it.
/// </summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>Writes one collection.</summary>
    public ReadOnlyMemory<byte> Write(in Batch<Metric> batch)
    {
        _text.Clear();
        _written.Clear();
        foreach (var metric in batch)
            Write(metric);
        return Encoding.UTF8.GetBytes(_text.ToString());
    }

    private void Write(Metric metric)
    {
        var kind = Kind(metric.MetricType);
        if (kind is null)
            return;
        var name = Name(metric.Name, colon: true);
        if (kind == "counter" && !name.EndsWith("_total", StringComparison.Ordinal))
            name += "_total";
        // The format allows a family once. Two instruments of one name are a mistake that must not cost the scrape.
        if (!_written.Add(name))
            return;
        var help = metric.Description.Length > 0 ? metric.Description : metric.Name;
        _text.Append("# HELP ").Append(name).Append(' ').Append(EscapeHelp(help)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
            Write(name, metric.MetricType, in point);
    }

    private void Write(string name, MetricType type, in MetricPoint point)
    {
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                Sample(name, "", in point, null, point.GetSumLong().ToString(CultureInfo.InvariantCulture));
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                Sample(name, "", in point, null, Number(point.GetSumDouble()));
                break;
            case MetricType.LongGauge:
                Sample(name, "", in point, null, point.GetGaugeLastValueLong().ToString(CultureInfo.InvariantCulture));
                break;
            case MetricType.DoubleGauge:
                Sample(name, "", in point, null, Number(point.GetGaugeLastValueDouble()));
                break;
            default:
                Histogram(name, in point);
                break;
        }
    }

    private void Histogram(string name, in MetricPoint point)
    {
        var count = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            Sample(name, "_bucket", in point, Number(bucket.ExplicitBound), count.ToString(CultureInfo.InvariantCulture));
        }

        // The count is the last bucket's, not the point's own: the two must agree even while values arrive.
        Sample(name, "_sum", in point, null, Number(point.GetHistogramSum()));
        Sample(name, "_count", in point, null, count.ToString(CultureInfo.InvariantCulture));
    }

    private void Sample(string name, string suffix, in MetricPoint point, string? le, string value)
    {
        _text.Append(name).Append(suffix);
        var separator = '{';
        foreach (var (key, label) in point.Tags)
        {
            Label(ref separator, Name(key, colon: false), Convert.ToString(label, CultureInfo.InvariantCulture) ?? "");
        }

        if (le is not null)
            Label(ref separator, "le", le);
        if (separator == ',')
            _text.Append('}');
        _text.Append(' ').Append(value).Append('\n');
    }

    private void Label(ref char separator, string name, string value)
    {
        _text.Append(separator).Append(name).Append("=\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => _text.Append(@"\\"),
                '"' => _text.Append("\\\""),
                '\n' => _text.Append("\\n"),
                _ => _text.Append(c),
            };
        }

        _text.Append('"');
        separator = ',';
    }

    private static string EscapeHelp(string help) =>
        help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>Replaces what the format's names may not contain, such as the dots of OpenTelemetry's own names.</summary>
    private static string Name(string name, bool colon)
    {
        if (name.AsSpan().IndexOfAnyExcept(NameCharacters) < 0 && !char.IsAsciiDigit(name[0]))
            return name;
        var safe = new StringBuilder(name.Length + 1);
        if (char.IsAsciiDigit(name[0]))
            safe.Append('_');
        foreach (var c in name)
            safe.Append(char.IsAsciiLetterOrDigit(c) || c == '_' || (colon && c == ':') ? c : '_');
        return safe.ToString();
    }

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private static string? Kind(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongGauge or MetricType.DoubleGauge => "gauge",
        MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
        MetricType.Histogram => "histogram",
        // No instrument of ours makes exponential histograms, and the text format has no place for them.
        _ => null,
    };
}
