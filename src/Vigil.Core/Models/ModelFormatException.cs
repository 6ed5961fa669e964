namespace Vigil.Core.Models;

/// <summary>A model document cannot be used: it is damaged, or says something that Vigil does not support.</summary>
public sealed class ModelFormatException : Exception
{
    /// <param name="path">Where in the document, e.g. <c>learner.gradient_booster.name</c>; empty for the whole.</param>
    /// <param name="problem">What is wrong there and, where one is known, what to do about it.</param>
    /// <param name="innerException">What the JSON reader said, if it was not JSON.</param>
    public ModelFormatException(string path, string problem, Exception? innerException = null)
        : base(path.Length == 0 ? problem : $"{path}: {problem}", innerException)
    {
        Path = path;
    }

    /// <summary>Where in the document the problem is; empty for the whole document.</summary>
    public string Path { get; }
}
