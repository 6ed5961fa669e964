namespace Vigil.Detection.Embedded;

/// <summary>Whether the loop takes transactions.</summary>
public enum LoopState
{
    /// <summary>It does.</summary>
    Running,

    /// <summary>The store fails; the loop tries again by itself.</summary>
    StoreFailed,

    /// <summary>It finishes what it has taken and takes nothing new.</summary>
    Draining,

    /// <summary>It has ended.</summary>
    Stopped,
}
