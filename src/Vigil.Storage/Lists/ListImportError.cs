namespace Vigil.Storage.Lists;

/// <summary>A line of an import that is no entry.</summary>
/// <param name="Line">From 1, the header included.</param>
/// <param name="Reason">What is wrong, without the value.</param>
public readonly record struct ListImportError(long Line, string Reason);
