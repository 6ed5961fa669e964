namespace Vigil.Training.Calibration;

/// <summary>How a score becomes a probability. The names are stored with models.</summary>
public enum CalibrationMethod
{
    /// <summary>It is taken as it is.</summary>
    None,

    /// <summary>Isotonic regression: any function that never falls.</summary>
    Isotonic,

    /// <summary>Beta calibration: three parameters.</summary>
    Beta,
}
