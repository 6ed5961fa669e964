using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Vigil.Cli.Metrics;

/// <summary>
/// Collects the instruments of the named meters when somebody asks, and writes them as Prometheus reads them. Safe to use
/// from any thread. This file is all there is of the exporter: it goes when a maintained one can be had (ADR 15).
/// </summary>
internal sealed class MetricsExporter : IDisposable
{
    // A scrape that waits longer has been given up by Prometheus (scrape_timeout, 10 s).
    private const int CollectTimeoutMilliseconds = 10_000;

    private const string TextType = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private readonly Lock _lock = new();
    private readonly PullExporter _exporter = new();
    private readonly MeterProvider _provider;

    /// <param name="meters">Names of meters; a final * stands for any ending.</param>
    public MetricsExporter(params string[] meters)
    {
        _provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(meters)
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddReader(new BaseExportingMetricReader(_exporter))
            .Build();
    }

    /// <summary>All metrics now.</summary>
    /// <param name="openMetrics">In OpenMetrics 1.0, which has exemplars; otherwise in Prometheus' text format.</param>
    public ReadOnlyMemory<byte> Scrape(bool openMetrics = false)
    {
        lock (_lock)
        {
            _exporter.IsOpenMetrics = openMetrics;
            return _exporter.Collect!(CollectTimeoutMilliseconds)
                ? _exporter.Latest
                : throw new TimeoutException("the metrics could not be collected in time");
        }
    }

    /// <summary>Answers a scrape in the format that the caller prefers.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var openMetrics = PrefersOpenMetrics(context.Request);
        var text = Scrape(openMetrics);
        context.Response.ContentType = openMetrics ? OpenMetricsType : TextType;
        context.Response.ContentLength = text.Length;
        return context.Response.Body.WriteAsync(text, context.RequestAborted).AsTask();
    }

    public void Dispose() => _provider.Dispose();

    private static bool PrefersOpenMetrics(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return false;
        double openMetrics = 0, text = 0;
        foreach (var type in accepted)
        {
            var quality = type.Quality ?? 1;
            if (type.MediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase) && IsVersion1(type))
                openMetrics = Math.Max(openMetrics, quality);
            else if (type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
                text = Math.Max(text, quality);
        }

        return openMetrics > 0 && openMetrics >= text;
    }

    private static bool IsVersion1(MediaTypeHeaderValue type)
    {
        var version = type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase));
        return version is null || version.GetUnescapedValue() == "1.0.0";
    }

    [ExportModes(ExportModes.Pull)]
    private sealed class PullExporter : BaseExporter<Metric>, IPullMetricExporter
    {
        private readonly Exposition _text = new();

        public Func<int, bool>? Collect { get; set; }

        public bool IsOpenMetrics { get; set; }

        public ReadOnlyMemory<byte> Latest { get; private set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Latest = _text.Write(in batch, IsOpenMetrics);
            return ExportResult.Success;
        }
    }

    /// <summary>
    /// Writes metrics in the text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats) or in
    /// OpenMetrics 1.0 (prometheus.io/docs/specs/om/open_metrics_spec). Names are those of the instruments: no unit is
    /// appended, and <c>_total</c> only to a counter that lacks it.
    /// </summary>
    private sealed class Exposition
    {
        private const string Total = "_total";

        private static readonly SearchValues<char> NameCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

        private readonly StringBuilder _text = new();
        private readonly HashSet<string> _written = new(StringComparer.Ordinal);
        private bool _openMetrics;

        public ReadOnlyMemory<byte> Write(in Batch<Metric> batch, bool openMetrics)
        {
            _openMetrics = openMetrics;
            _text.Clear();
            _written.Clear();
            foreach (var metric in batch)
                Write(metric);
            if (openMetrics)
                _text.Append("# EOF\n");
            return Encoding.UTF8.GetBytes(_text.ToString());
        }

        private void Write(Metric metric)
        {
            var kind = Kind(metric.MetricType);
            if (kind is null)
                return;
            var family = Name(metric.Name, colon: true);
            var sample = family;
            if (kind == "counter")
            {
                family = family.EndsWith(Total, StringComparison.Ordinal) ? family[..^Total.Length] : family;
                sample = family + Total;
            }

            // The ending belongs to histograms; some of the runtime's gauges have it.
            if (kind == "gauge" && family.EndsWith("_count", StringComparison.Ordinal))
                sample = family = family[..^"_count".Length] + "_current";

            // The formats allow a family once. Two instruments of one name are a mistake that must not cost the scrape.
            if (!_written.Add(family))
                return;
            var head = _openMetrics ? family : sample;
            var help = metric.Description.Length > 0 ? metric.Description : metric.Name;
            _text.Append("# HELP ").Append(head).Append(' ').Append(EscapeHelp(help)).Append('\n');
            _text.Append("# TYPE ").Append(head).Append(' ').Append(kind).Append('\n');
            foreach (ref readonly var point in metric.GetMetricPoints())
                Write(sample, metric.MetricType, in point);
        }

        private void Write(string name, MetricType type, in MetricPoint point)
        {
            switch (type)
            {
                case MetricType.LongSum:
                    Sample(name, "", in point, null, Number(point.GetSumLong()), Last(in point, isDouble: false));
                    break;
                case MetricType.DoubleSum:
                    Sample(name, "", in point, null, Number(point.GetSumDouble()), Last(in point, isDouble: true));
                    break;
                case MetricType.LongSumNonMonotonic:
                    Sample(name, "", in point, null, Number(point.GetSumLong()));
                    break;
                case MetricType.DoubleSumNonMonotonic:
                    Sample(name, "", in point, null, Number(point.GetSumDouble()));
                    break;
                case MetricType.LongGauge:
                    Sample(name, "", in point, null, Number(point.GetGaugeLastValueLong()));
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
            var below = double.NegativeInfinity;
            foreach (var bucket in point.GetHistogramBuckets())
            {
                count += bucket.BucketCount;
                var bound = bucket.ExplicitBound;
                var exemplar = Last(in point, isDouble: true, below, bound);
                Sample(name, "_bucket", in point, Bound(bound), Number(count), exemplar);
                below = bound;
            }

            // The count is the last bucket's, not the point's own: the two must agree even while values arrive.
            Sample(name, "_sum", in point, null, Number(point.GetHistogramSum()));
            Sample(name, "_count", in point, null, Number(count));
        }

        /// <summary>The newest exemplar whose value is above one bound and not above another, as it is appended to a sample.</summary>
        private string? Last(in MetricPoint point, bool isDouble, double above = double.NegativeInfinity, double upTo = double.PositiveInfinity)
        {
            if (!_openMetrics || !point.TryGetExemplars(out var exemplars))
                return null;
            string? last = null;
            var at = DateTimeOffset.MinValue;
            foreach (ref readonly var exemplar in exemplars)
            {
                var value = isDouble ? exemplar.DoubleValue : exemplar.LongValue;
                if (exemplar.TraceId == default || exemplar.Timestamp < at || !(value > above && value <= upTo))
                    continue;
                at = exemplar.Timestamp;
                last = string.Create(
                    CultureInfo.InvariantCulture,
                    $" # {{trace_id=\"{exemplar.TraceId}\",span_id=\"{exemplar.SpanId}\"}} {Number(value)} {at.ToUnixTimeMilliseconds() / 1000.0:0.000}");
            }

            return last;
        }

        private void Sample(string name, string suffix, in MetricPoint point, string? le, string value, string? exemplar = null)
        {
            _text.Append(name).Append(suffix);
            var separator = '{';
            foreach (var (key, label) in point.Tags)
                Label(ref separator, Name(key, colon: false), Convert.ToString(label, CultureInfo.InvariantCulture) ?? "");
            if (le is not null)
                Label(ref separator, "le", le);
            if (separator == ',')
                _text.Append('}');
            _text.Append(' ').Append(value).Append(exemplar).Append('\n');
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

        private string EscapeHelp(string help)
        {
            var escaped = help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            return _openMetrics ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
        }

        /// <summary>OpenMetrics wants a bound to look like a floating-point number.</summary>
        private string Bound(double bound)
        {
            var text = Number(bound);
            return _openMetrics && double.IsInteger(bound) && !text.Contains('E', StringComparison.Ordinal) ? text + ".0" : text;
        }

        private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

        private static string Number(double value) => value switch
        {
            double.PositiveInfinity => "+Inf",
            double.NegativeInfinity => "-Inf",
            _ => value.ToString("R", CultureInfo.InvariantCulture),
        };

        /// <summary>Replaces what the formats' names may not contain, such as the dots of OpenTelemetry's own names.</summary>
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
}
