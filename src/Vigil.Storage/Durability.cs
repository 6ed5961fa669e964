namespace Vigil.Storage;

/// <summary>What a committed batch survives.</summary>
public enum Durability
{
    /// <summary>A loss of power: each commit waits for the disk. For transactions that somebody was answered about.</summary>
    Full,

    /// <summary>
    /// A kill of the process, not a loss of power, which may take the last commits (never a part of one). For bulk
    /// loads, whose position is stored with their rows and which go on from there.
    /// </summary>
    Process,
}
