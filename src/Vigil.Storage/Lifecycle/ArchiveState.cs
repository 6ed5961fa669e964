namespace Vigil.Storage.Lifecycle;

/// <summary>Where the rows of an archive are. Stored as lower-case text: never rename one.</summary>
public enum ArchiveState
{
    /// <summary>In its files alone.</summary>
    Archived,

    /// <summary>In the database again, until the month is archived by name.</summary>
    Restored,

    /// <summary>Nowhere: it was old enough, and deleted.</summary>
    Expired,
}
