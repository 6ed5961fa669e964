namespace Vigil.Training.Simulation;

/// <summary>A customer's habits, drawn once.</summary>
/// <param name="X">Home, 0..100.</param>
/// <param name="Y">Home, 0..100.</param>
/// <param name="MeanAmount">Mean purchase in currency units, 5..100; the standard deviation is half of it.</param>
/// <param name="PurchasesPerDay">Poisson mean, 0..4.</param>
/// <param name="TerminalsInReach">How many terminals lie within the radius.</param>
internal readonly record struct CustomerProfile(
    double X, double Y, double MeanAmount, double PurchasesPerDay, int TerminalsInReach)
{
    public static CustomerProfile Draw(ulong seed, int customer, TerminalMap terminals)
    {
        var random = new RandomStream(seed, RandomPurpose.CustomerProfile, customer);
        var x = random.Uniform(0, 100);
        var y = random.Uniform(0, 100);
        return new(x, y, random.Uniform(5, 100), random.Uniform(0, 4), terminals.CountWithin(x, y));
    }
}
