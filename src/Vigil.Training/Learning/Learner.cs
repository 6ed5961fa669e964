namespace Vigil.Training.Learning;

/// <summary>How a model is learned.</summary>
public enum Learner
{
    /// <summary>Gradient boosted trees.</summary>
    Trees,

    /// <summary>Bagged trees: a random forest.</summary>
    Forest,

    /// <summary>Logistic regression.</summary>
    Logistic,

    /// <summary>Isolation forest, which needs no labels.</summary>
    Isolation,
}
