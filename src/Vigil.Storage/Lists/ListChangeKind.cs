namespace Vigil.Storage.Lists;

/// <summary>What became of a change to a list.</summary>
public enum ListChangeKind
{
    /// <summary>As asked.</summary>
    Done,

    /// <summary>It was so already; nothing was written.</summary>
    Unchanged,

    /// <summary>There is no such list, or no such entry.</summary>
    NotFound,

    /// <summary>The name is not one that lists may have, or belongs to snoozes.</summary>
    InvalidName,

    /// <summary>The list exists with another type, which cannot change.</summary>
    OtherType,

    /// <summary>The value is not of the list's type, or too long.</summary>
    InvalidValue,
}
