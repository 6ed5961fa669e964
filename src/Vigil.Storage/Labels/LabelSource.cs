namespace Vigil.Storage.Labels;

/// <summary>How labels become known. Stored and sent: never rename.</summary>
public static class LabelSource
{
    /// <summary>An analyst's verdict.</summary>
    public const string Analyst = "analyst";

    /// <summary>A program that knows.</summary>
    public const string Api = "api";

    /// <summary>A file.</summary>
    public const string Csv = "csv";

    /// <summary>A chargeback or another dispute of the cardholder's.</summary>
    public const string Dispute = "dispute";

    /// <summary>The simulator, which knows what it made.</summary>
    public const string Simulation = "simulation";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Analyst, Api, Csv, Dispute, Simulation];
}
