namespace Vigil.Core.Decisions;

/// <summary>What to do with a payment, in order of severity. The values are stored: never renumber.</summary>
public enum Outcome
{
    Allow = 0,
    Review = 1,
    Block = 2,
}
