namespace Vigil.Cli.Host.Doctor;

/// <summary>Looks at one dependency.</summary>
/// <param name="Name">Its name: the first part of its findings' names.</param>
/// <param name="Look">Adds what it finds.</param>
internal sealed record Check(string Name, Func<Findings, Task> Look);
