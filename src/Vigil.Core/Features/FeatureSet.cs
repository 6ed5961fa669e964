using System.Security.Cryptography;
using System.Text;
using Vigil.Core.Expressions.Parsing;

namespace Vigil.Core.Features;

/// <summary>
/// The features that a model learns from and is served, in order. Immutable; read from a file by
/// <see cref="FeatureSetJson"/>.
/// </summary>
public sealed class FeatureSet
{
    private volatile FeatureProgram? _program;

    internal FeatureSet(
        string name, int version, IReadOnlyList<Feature> features, bool includeCurrent, long labelDelay, long lateness,
        string content)
    {
        (Name, Version, Features, IncludeCurrent) = (name, version, features, includeCurrent);
        (LabelDelay, Lateness, Content) = (labelDelay, lateness, content);
        Names = [.. features.Select(f => f.Name)];
        Hash = ContentHash();
    }

    public string Name { get; }

    /// <summary>Counts up with each change of meaning; from 1.</summary>
    public int Version { get; }

    public IReadOnlyList<Feature> Features { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether windows count the transaction itself.</summary>
    public bool IncludeCurrent { get; }

    /// <summary>When the label that came with a transaction counts, microseconds after its event time.</summary>
    public long LabelDelay { get; }

    /// <summary>
    /// How much older than its entity's newest transaction one may be and see its windows whole, microseconds. One that
    /// comes later sees what is still kept; it counts for others as long as it lies in their windows.
    /// </summary>
    public long Lateness { get; }

    /// <summary>The file as it was read.</summary>
    public string Content { get; }

    /// <summary>
    /// 64 hexadecimal digits that change with what the set computes: not with its name, version and texts, nor with white
    /// space, quotes, redundant brackets or the order of its file's keys. A model names the hash it was trained on.
    /// </summary>
    public string Hash { get; }

    /// <summary>The aggregates that features, or what they say, are computed from: rules that ask for one read the features'.</summary>
    public IReadOnlySet<Aggregate> AggregatesOfFeatures() => Program.Aggregates.Keys.ToHashSet();

    /// <summary>The set compiled. Immutable, as the set is: engines share it. Two threads may both make it, of which any may stay.</summary>
    internal FeatureProgram Program => _program ??= new FeatureProgram(this);

    private string ContentHash()
    {
        var text = new StringBuilder();
        text.Append("vigil features 1\n")
            .Append("include_current ").Append(IncludeCurrent).Append('\n')
            .Append("label_delay ").Append(LabelDelay).Append('\n')
            .Append("lateness ").Append(Lateness).Append('\n');
        foreach (var feature in Features)
            text.Append(feature.Name).Append(" = ").Append(Parser.Parse(feature.Value).Canonical()).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
