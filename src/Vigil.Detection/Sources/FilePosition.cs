namespace Vigil.Detection.Sources;

/// <summary>A place between two rows of a file.</summary>
/// <param name="Offset">Bytes before it, uncompressed.</param>
/// <param name="Line">Lines before it.</param>
/// <param name="Seconds">The clock of the compact format there: seconds since its start.</param>
public readonly record struct FilePosition(long Offset, long Line, long Seconds);
