namespace Vigil.Training.Simulation;

/// <summary>One simulated purchase.</summary>
/// <param name="Id">Unique within a simulation and stable: the day in the upper 32 bits, its place in the day in the lower.</param>
/// <param name="TimeMicros">Microseconds since 1970-01-01T00:00:00Z; whole seconds.</param>
/// <param name="Customer">0..customers-1.</param>
/// <param name="Terminal">0..terminals-1.</param>
/// <param name="Cents">Amount in cents, at least 0.</param>
/// <param name="Scenario">
/// 0 genuine; fraud by 1 a high amount, 2 a compromised terminal, 3 a compromised customer, 4 a card that is tested. Where more than one
/// applies, the highest.
/// </param>
public readonly record struct SimulatedTransaction(
    long Id, long TimeMicros, int Customer, int Terminal, long Cents, byte Scenario)
{
    public bool IsFraud => Scenario != 0;

    /// <summary>Days since the simulation's start.</summary>
    public int Day => (int)(Id >> 32);

    /// <summary>Place in its day's order of time, from 0.</summary>
    public int IndexInDay => (int)Id;
}
