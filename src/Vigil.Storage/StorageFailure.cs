namespace Vigil.Storage;

/// <summary>What went wrong in the database, for code that must decide what to do about it.</summary>
public enum StorageFailure
{
    /// <summary>Anything that the others do not name: a defect, or a disk that fails.</summary>
    Other,

    /// <summary>The file or its folder is missing or may not be opened.</summary>
    CannotOpen,

    /// <summary>The file, its folder or its file system takes no writes.</summary>
    ReadOnly,

    /// <summary>The disk is full. What was committed is safe; the write can be tried again once there is room.</summary>
    Full,

    /// <summary>The file is no database, or it is damaged.</summary>
    Corrupt,

    /// <summary>Another connection holds the write lock for longer than the busy timeout. Trying again is right.</summary>
    Busy,

    /// <summary>Another process is the writer of this database.</summary>
    InUse,

    /// <summary>The database was made by a newer version of Vigil.</summary>
    NewerSchema,

    /// <summary>Another instance has done the same work meanwhile.</summary>
    Superseded,

    /// <summary>A uniqueness or reference rule of the schema was broken.</summary>
    Constraint,
}
