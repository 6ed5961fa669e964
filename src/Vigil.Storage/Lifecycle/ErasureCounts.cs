namespace Vigil.Storage.Lifecycle;

/// <summary>What an erasure found, and changed where it was not a dry run.</summary>
/// <param name="Pseudonym">What stands for the account.</param>
/// <param name="Rows">Payments in the database.</param>
/// <param name="ArchivedRows">Payments in archives.</param>
/// <param name="Archives">Names of those archives.</param>
/// <param name="Notes">Notes of labels.</param>
/// <param name="ListEntries">Changes of lists that named the person alone.</param>
/// <param name="Mentions">Where the person is still named, in words: rules, shared values on lists.</param>
public sealed record ErasureCounts(
    string Pseudonym, long Rows, long ArchivedRows, IReadOnlyList<string> Archives, long Notes, long ListEntries, IReadOnlyList<string> Mentions);
