using Vigil.Core.Decisions;
using Vigil.Core.Models;

namespace Vigil.Detection;

/// <summary>A model in charge, and what decisions say about it.</summary>
/// <param name="Name">Name in the registry.</param>
/// <param name="Version">Version there.</param>
/// <param name="Hash">Hash of the model's file.</param>
/// <param name="Model">The model itself.</param>
/// <param name="Thresholds">From which scores on it asks for a review or a block.</param>
public sealed record ActiveModel(string Name, string Version, string Hash, Model Model, Thresholds Thresholds)
{
    /// <summary>When it was trained, UTC, where that is known.</summary>
    public DateTime? TrainedAt { get; init; }

    /// <summary>Of a challenger, why it is scored: <c>challenger</c>, or <c>challenger-</c> and a name.</summary>
    public string Alias { get; init; } = "";
}
