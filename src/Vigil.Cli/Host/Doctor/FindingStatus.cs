namespace Vigil.Cli.Host.Doctor;

/// <summary>How bad a finding is, in ascending order. Written with --json: never rename.</summary>
internal enum FindingStatus
{
    /// <summary>Could not be looked at, or is not used.</summary>
    Skipped,

    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, and somebody should look at it.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}
