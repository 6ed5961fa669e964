namespace Vigil.Cli.Host.Rules;

/// <summary>What a command that changes something answers with --json.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Changed">Whether it was changed; false where it was so already.</param>
internal sealed record ChangeAnswer(string Subject, bool Changed);
