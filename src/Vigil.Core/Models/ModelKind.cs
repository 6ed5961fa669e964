namespace Vigil.Core.Models;

/// <summary>How a score came about. The values are stored with decisions: never renumber.</summary>
public enum ModelKind
{
    /// <summary>No model was there: rules alone decided.</summary>
    None = 0,

    /// <summary>Boosted (or bagged) trees, learned from labels.</summary>
    Trees = 1,

    /// <summary>Isolation forest, learned without labels.</summary>
    IsolationForest = 2,

    /// <summary>Logistic regression, learned from labels.</summary>
    Logistic = 3,
}
