namespace Vigil.Training.Boosting;

/// <summary>Which leaf is split next.</summary>
public enum TreeGrowth
{
    /// <summary>All leaves of a level before those of the next.</summary>
    DepthWise = 0,

    /// <summary>Always the leaf whose split lowers the loss most; meant for a limit on leaves.</summary>
    LossGuided = 1,
}
