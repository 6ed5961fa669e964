namespace Vigil.Storage.Lifecycle;

/// <summary>What the policy wants done with a month.</summary>
public enum LifecycleStep
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>It is to be archived.</summary>
    Archive,

    /// <summary>It was restored, and stays in the database until it is archived by name.</summary>
    Restored,

    /// <summary>Its archives are to be deleted.</summary>
    Expire,
}
