namespace Vigil.Storage.Labels;

/// <summary>What became of a label.</summary>
public enum LabelKind
{
    /// <summary>It is the present truth now.</summary>
    Added,

    /// <summary>It was known already.</summary>
    Unchanged,

    /// <summary>There is no such transaction.</summary>
    NotFound,

    /// <summary>The same source has said the opposite of the same moment.</summary>
    Conflict,

    /// <summary>Something is wrong with it.</summary>
    Invalid,
}
