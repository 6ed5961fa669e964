namespace Vigil.Core.Features;

/// <summary>A feature set that cannot be used: says which feature, where and what to do.</summary>
public sealed class FeatureSetException(string message, Exception? inner = null) : Exception(message, inner);
