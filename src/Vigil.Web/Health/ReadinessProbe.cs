namespace Vigil.Web.Health;

/// <summary>Something without which the service cannot do its work.</summary>
/// <param name="Name">Its name in /health/ready, such as <c>engine</c>.</param>
/// <param name="Check">
/// Answers <see cref="Ok"/>, or its state in a word or two for anyone to read: no addresses, no exception texts.
/// </param>
public sealed record ReadinessProbe(string Name, Func<CancellationToken, ValueTask<string>> Check)
{
    /// <summary>The state of what works.</summary>
    public const string Ok = "ok";
}
