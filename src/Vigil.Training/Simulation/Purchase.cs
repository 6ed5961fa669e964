namespace Vigil.Training.Simulation;

/// <summary>A purchase before any fraud.</summary>
/// <param name="Second">Second of the day, 1..86,399.</param>
/// <param name="Terminal">Where.</param>
/// <param name="Cents">Amount in cents, at least 0.</param>
internal readonly record struct Purchase(int Second, int Terminal, long Cents);
