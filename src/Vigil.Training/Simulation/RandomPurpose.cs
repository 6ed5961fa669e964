namespace Vigil.Training.Simulation;

/// <summary>Names the independent streams of one seed. The values are part of the output: never renumber them.</summary>
internal enum RandomPurpose
{
    CustomerProfile = 1,
    TerminalPosition = 2,
    Purchases = 3,
    CompromisedTerminals = 4,
    CompromisedCustomers = 5,
    TerminalAttributes = 6,
    TransactionAttributes = 7,
    TestedCards = 8,
}
