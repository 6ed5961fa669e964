using System.Diagnostics.Metrics;

namespace Vigil.Cli.Host;

/// <summary>Which model decides, and whether others could not be taken over.</summary>
internal sealed class ModelMetrics : IDisposable
{
    public const string MeterName = "Vigil.Models";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _failures;
    private readonly Counter<long> _swaps;
    private readonly Counter<long> _challengerFailures;

    /// <param name="version">Version and hash of the model that decides; empty where none does.</param>
    public ModelMetrics(Func<(string Version, string Hash)> version)
    {
        _failures = _meter.CreateCounter<long>(
            "vigil_model_load_failures_total", null, "Looks that found a promoted model, or a registry, that cannot be used; the former model goes on");
        _swaps = _meter.CreateCounter<long>("vigil_model_swaps_total", null, "Models that were put in charge while payments were decided");
        _meter.CreateObservableGauge<int>(
            "vigil_model_info",
            () => version() is var (number, hash) && number.Length > 0
                ? new Measurement<int>(1, new("version", number), new("hash", hash[..Math.Min(12, hash.Length)]))
                : new Measurement<int>(0, new("version", "none"), new("hash", "")),
            null, "1, with the version of the model that decides");
        _challengerFailures = _meter.CreateCounter<long>(
            "vigil_challenger_load_failures_total", null, "Attempts to read a challenger that cannot be used; what decides goes on without it");
        _failures.Add(0);
        _swaps.Add(0);
    }

    public void Failed() => _failures.Add(1);

    public void ChallengerFailed(string alias, int version) =>
        _challengerFailures.Add(1, new("alias", alias), new("version", version.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    public void Swapped() => _swaps.Add(1);

    public void Dispose() => _meter.Dispose();
}
