namespace Vigil.Web.Health;

/// <summary>Something that the service works with.</summary>
/// <param name="Name">Its name in /health/ready, such as <c>engine</c>.</param>
/// <param name="Check">
/// Answers <see cref="Ok"/>, or its state in a word or two for anyone to read: no addresses, no exception texts.
/// </param>
public sealed record ReadinessProbe(string Name, Func<CancellationToken, ValueTask<string>> Check)
{
    /// <summary>The state of what works.</summary>
    public const string Ok = "ok";

    /// <summary>Whether the service cannot do its work without it. What is not needed is named, and does not make the service unready.</summary>
    public bool IsNeeded { get; init; } = true;
}
